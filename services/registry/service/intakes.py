"""What is known about received applications when registration is decided, for one or for many."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, func, select

from services.registry.domain.fiches import Attachment
from services.registry.domain.identity import (
    IdentityCheck,
    IdentityDocument,
    IdentityMethod,
    Standing,
)
from services.registry.domain.intake import Intake, SheetAnswer, SheetItem, Verdict
from services.registry.models import (
    ApplicantSignatureRow,
    Application,
    ApplicationFile,
    ControlSheet,
    IdentityRow,
)
from services.registry.service.plans import fiche_of, sheet_items_of
from services.registry.service.work import Work

Checks = tuple[ControlSheet | None, IdentityRow | None, UUID | None]
BETWEEN_CODES = "\n"
"""Stands between joined codes of attachments; no code has a line end."""


def intake_of(work: Work, application: Application) -> Intake:
    """Return what is known about the present submission."""
    return intakes_of(work, [application])[application.id]


def intakes_of(work: Work, applications: Sequence[Application]) -> dict[UUID, Intake]:
    """Return what is known about each present submission, in two queries for any number."""
    ids = [application.id for application in applications]
    files = _files(work, ids)
    checks = _checks(work, ids)
    found: dict[UUID, Intake] = {}
    asked: dict[UUID, tuple[tuple[SheetItem, ...], tuple[Attachment, ...]]] = {}
    for application in applications:
        if application.fiche_id not in asked:
            asked[application.fiche_id] = _asked(application)
        items, mandatory = asked[application.fiche_id]
        sheet, identity, signature_id = checks.get(application.id, (None, None, None))
        found[application.id] = Intake(
            items=items,
            answers=_answers(sheet),
            mandatory=mandatory,
            files=files.get(application.id, frozenset()),
            identity=_identity(identity),
            is_signature_recorded=signature_id is not None,
        )
    return found


def _asked(application: Application) -> tuple[tuple[SheetItem, ...], tuple[Attachment, ...]]:
    """Return what the call asks of every application of the fiche: questions and attachments."""
    fiche = fiche_of(application.fiche)
    return sheet_items_of(application.call, application.fiche), fiche.mandatory_attachments()


def _files(work: Work, ids: list[UUID]) -> dict[UUID, frozenset[str]]:
    """Return the codes of the files of each present submission, a row for an application."""
    codes = func.aggregate_strings(ApplicationFile.code, BETWEEN_CODES)
    is_present = and_(
        ApplicationFile.application_id == Application.id,
        ApplicationFile.submission_number == Application.submission_count,
    )
    query = select(Application.id, codes).join(ApplicationFile, is_present)
    rows = work.session.execute(query.where(Application.id.in_(ids)).group_by(Application.id))
    return {key: frozenset(joined.split(BETWEEN_CODES)) for key, joined in rows}


def _checks(work: Work, ids: list[UUID]) -> dict[UUID, Checks]:
    """Return sheet, identity and signature of each present submission; there is one of each."""
    query = select(Application.id, ControlSheet, IdentityRow, ApplicantSignatureRow.id)
    for kind in (ControlSheet, IdentityRow, ApplicantSignatureRow):
        is_present = kind.submission_number == Application.submission_count
        query = query.outerjoin(kind, and_(kind.application_id == Application.id, is_present))
    rows = work.session.execute(query.where(Application.id.in_(ids)))
    return {key: (sheet, identity, signed) for key, sheet, identity, signed in rows}


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
