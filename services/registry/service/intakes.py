"""What is known about received applications when registration is decided, for one or for many."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from services.registry.domain.identity import (
    IdentityCheck,
    IdentityDocument,
    IdentityMethod,
    Standing,
)
from services.registry.domain.intake import Intake, SheetAnswer, Verdict
from services.registry.models import (
    ApplicantSignatureRow,
    Application,
    ApplicationFile,
    ControlSheet,
    IdentityRow,
)
from services.registry.service.plans import fiche_of, sheet_items_of
from services.registry.service.work import Work

Row = TypeVar("Row", ControlSheet, IdentityRow, ApplicantSignatureRow)
Key = tuple[UUID, int]
"""An application and the number of its submission."""


def intake_of(work: Work, application: Application) -> Intake:
    """Return what is known about the present submission."""
    return intakes_of(work, [application])[application.id]


def intakes_of(work: Work, applications: Sequence[Application]) -> dict[UUID, Intake]:
    """Return what is known about each present submission, in four queries for any number."""
    ids = [application.id for application in applications]
    files = _files(work, ids)
    sheets = {_key(row): row for row in _rows(work, ControlSheet, ids)}
    identities = {_key(row): row for row in _rows(work, IdentityRow, ids)}
    signed = {_key(row) for row in _rows(work, ApplicantSignatureRow, ids)}
    found: dict[UUID, Intake] = {}
    for application in applications:
        key = (application.id, application.submission_count)
        found[application.id] = Intake(
            items=sheet_items_of(application.call, application.fiche),
            answers=_answers(sheets.get(key)),
            mandatory=fiche_of(application.fiche).mandatory_attachments(),
            files=frozenset(files.get(key, ())),
            identity=_identity(identities.get(key)),
            is_signature_recorded=key in signed,
        )
    return found


def _files(work: Work, ids: list[UUID]) -> dict[Key, set[str]]:
    query = select(
        ApplicationFile.application_id, ApplicationFile.submission_number, ApplicationFile.code
    ).where(ApplicationFile.application_id.in_(ids))
    found: dict[Key, set[str]] = {}
    for application_id, number, code in work.session.execute(query):
        found.setdefault((application_id, number), set()).add(code)
    return found


def _rows(work: Work, kind: type[Row], ids: list[UUID]) -> list[Row]:
    return list(work.session.scalars(select(kind).where(kind.application_id.in_(ids))))


def _key(row: ControlSheet | IdentityRow | ApplicantSignatureRow) -> Key:
    return row.application_id, row.submission_number


def _answers(sheet: ControlSheet | None) -> tuple[SheetAnswer, ...]:
    return tuple(
        SheetAnswer(item["code"], Verdict(item["verdict"]), item["note"])
        for item in (sheet.answers if sheet else [])
    )


def _identity(row: IdentityRow | None) -> IdentityCheck | None:
    if row is None:
        return None
    return IdentityCheck(
        IdentityMethod(row.method),
        IdentityDocument(row.document) if row.document else None,
        Standing(row.standing),
        row.checked_at,
    )
