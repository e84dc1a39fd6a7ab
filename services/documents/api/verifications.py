"""Verification of anybody's file. The file is judged and forgotten."""

from typing import Any

from flask import request
from flask_babel import gettext

from services.documents.api.blueprint import blp
from services.documents.desk import tools
from services.documents.domain.records import VerifierBusy
from services.documents.models import db
from services.documents.schemas import incoming, verification
from services.documents.verification.sandbox import Busy
from services.documents.verification.words import plain
from services.documents.verifying import admit, judge
from shared.auth import PUBLIC, access


@blp.post("/verifications")
@blp.arguments(incoming.ExpectedIn, location="form")
@blp.arguments(incoming.VerificationIn, location="files")
@blp.response(200, verification.VerificationOut)
@access(PUBLIC)
def post_verification(form: dict[str, Any], upload: dict[str, Any]) -> dict[str, Any]:
    """Judge a PDF file: its signatures, and whether it is a document of this installation.

    The sentences are in the language of ``Accept-Language`` (cs, en, de).
    """
    admit(tools(), request.remote_addr)
    data, expected = upload["file"].read(), form["record_id"]
    try:
        judged = judge(tools(), db.session(), data, record_id=expected)
    except Busy as error:
        raise VerifierBusy() from error
    return {**plain(judged.report, gettext), "document": judged.identity}
