"""Evidence bundles: what comes in and what goes out."""

from typing import Any

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.documents.domain.bundles import (
    CASE,
    DIRECTIONS,
    KINDS,
    PIECE_LOST,
    PROGRAM_FAILED,
    REQUEST_LOST,
    SEAL_AWAY,
    SEAL_REVOKED,
    STAMP_AWAY,
    STORE_AWAY,
    STORE_FULL,
    TROUBLES,
    WORKER_DIED,
)
from services.documents.schemas.incoming import PAGE
from services.documents.schemas.texts import check_text, text
from shared.contracts.bundles import BundlePart, BundleRequest, DeadlineLine, ExpectedRecord
from shared.openapi import Day, Instant, Strict

MEDIA_TYPES = ("application/json", "application/x-ndjson", "text/csv", "text/plain")
PART_NAME = r"^[a-z0-9][a-z0-9.-]{0,79}(/[a-z0-9][a-z0-9.-]{0,79}){0,3}$"
LONGEST_BUNDLE_REQUEST = 128 * 1024 * 1024
"""Octets; 500 short projects are 14 MB, and only evaluation may send them."""
MOST_CASES, MOST_LINES, MOST_PARTS = 2_000, 50_000, 5_000


class WordsIn(Strict):
    """One text in the languages of the bundle."""

    cs = text(500, shortest=1, required=True)
    en = text(500, shortest=1)
    de = text(500, shortest=1)


class BundlePartIn(Strict):
    """A file that the caller puts in."""

    name = fields.String(required=True, validate=validate.Regexp(PART_NAME))
    title = text(300, shortest=1, required=True)
    media_type = fields.String(required=True, validate=validate.OneOf(MEDIA_TYPES))
    text = fields.String(required=True, validate=check_text)


class DeadlineLineIn(Strict):
    """One deadline with what became of it."""

    what = fields.Nested(WordsIn, required=True)
    about = text(300, required=True)
    source = text(300, required=True)
    direction = fields.String(required=True, validate=validate.OneOf(DIRECTIONS))
    due = Day(required=True)
    done = Day(required=True, allow_none=True)
    note = text(2000, load_default="")


class ExpectedRecordIn(Strict):
    """A signed record that should be there."""

    what = fields.Nested(WordsIn, required=True)
    about = text(300, required=True)
    requirement = text(40, shortest=1, required=True)
    document_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))
    missing = fields.Nested(WordsIn, load_default=None, allow_none=True)


class BundleIn(Strict):
    """A bundle to be made."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = text(300, shortest=1, required=True)
    call_id = fields.UUID(required=True)
    case_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(max=MOST_CASES))
    parts = fields.List(
        fields.Nested(BundlePartIn), load_default=list, validate=validate.Length(max=MOST_PARTS)
    )
    deadlines = fields.List(
        fields.Nested(DeadlineLineIn), load_default=list, validate=validate.Length(max=MOST_LINES)
    )
    expected = fields.List(
        fields.Nested(ExpectedRecordIn),
        load_default=list,
        validate=validate.Length(max=MOST_LINES),
    )

    @validates_schema
    def check_project(self, data: dict[str, Any], **_more: Any) -> None:
        """Refuse a bundle of a project that names none, or several.

        Raises:
            ValidationError: there is not exactly one project.
        """
        if data.get("kind") == CASE and len(data.get("case_ids", ())) != 1:
            raise ValidationError("Exactly one project is expected.", "case_ids")


def bundle_request(loaded: dict[str, Any]) -> BundleRequest:
    """Return the loaded request as values."""
    return BundleRequest(
        kind=loaded["kind"],
        title=loaded["title"],
        call_id=loaded["call_id"],
        case_ids=loaded["case_ids"],
        parts=[BundlePart(**one) for one in loaded["parts"]],
        deadlines=[DeadlineLine(**one) for one in loaded["deadlines"]],
        expected=[ExpectedRecord(**one) for one in loaded["expected"]],
    )


class BundleQuery(Strict):
    """Which bundles to list."""

    subject_id = fields.UUID()
    call_id = fields.UUID()
    page = fields.Integer(load_default=1, validate=PAGE)
    page_size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


UUID_TEXT = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MOST_CALLS = 50


class CallPapersQuery(Strict):
    """Papers of which calls to count: their ids with commas between."""

    call_ids = fields.String(
        required=True,
        validate=validate.Regexp(rf"^{UUID_TEXT}(,{UUID_TEXT}){{0,{MOST_CALLS - 1}}}\Z"),
    )


class CallPapersOut(Schema):
    """How many documents and deliveries a call has; cancelled documents are none."""

    call_id = fields.UUID(required=True)
    documents = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    deliveries = fields.Integer(required=True)
    delivered = fields.Integer(required=True)


class CallPapersListOut(Schema):
    """Papers of several calls, in the order asked for."""

    items = fields.List(fields.Nested(CallPapersOut), required=True)


TROUBLE_WORDS = {
    SEAL_AWAY: N_("Pečeť organizace nebo její časové razítko teď není k dispozici."),
    SEAL_REVOKED: N_("Certifikát pečeti organizace je odvolaný; správce musí nastavit jiný."),
    STAMP_AWAY: N_("Autorita časových razítek neodpovídá, kniha důkazů čeká na razítko."),
    STORE_FULL: N_("V úložišti dokumentů došlo místo; správce ho musí uvolnit."),
    STORE_AWAY: N_("Úložiště dokumentů neodpovídá."),
    PIECE_LOST: N_(
        "Kus balíčku, který už byl uložený, se v úložišti nebo v databázi ztratil či změnil. "
        "Sestaví se znovu; opakuje-li se to, musí úložiště prohlédnout správce."
    ),
    REQUEST_LOST: N_(
        "Úložiště ztratilo zadání balíčku. Zrušte ho a nechte sestavit nový; správce má "
        "prohlédnout úložiště."
    ),
    WORKER_DIED: N_(
        "Program při sestavování opakovaně skončil, aniž řekl proč; obraťte se na správce."
    ),
    PROGRAM_FAILED: N_(
        "Sestavení skončilo chybou programu; řekněte to správci, najde ji v provozním záznamu."
    ),
}


class TroubleWords(fields.String):
    """A trouble as a sentence in the language of the request; empty while there is none."""

    _CHECK_ATTRIBUTE = False  # it is made from another one

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> str | None:
        return super()._serialize(str(TROUBLE_WORDS.get(obj.trouble, "")), attr, obj, **more)


class BundleOut(Schema):
    """Where a bundle stands."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    call_id = fields.UUID(required=True)
    state = fields.String(required=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    trouble = fields.String(required=True, validate=validate.OneOf(("", *TROUBLES)))
    trouble_words = TroubleWords(required=True)
    missing = fields.Integer(required=True)
    asked_at = Instant(required=True)
    asked_by = fields.String(required=True)
    ready_at = Instant(required=True, allow_none=True)
    sha256 = fields.String(required=True, allow_none=True, attribute="hash")
    size = fields.Integer(required=True, allow_none=True)


class BundlePageOut(Schema):
    """One page of a list of bundles."""

    items = fields.List(fields.Nested(BundleOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)
