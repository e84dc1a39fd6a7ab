"""What is known about received applications when registration is decided, for one or for many."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, select

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
Key = tuple[UUID, int]
"""An application and the number of its submission."""


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
            files=frozenset(files.get((application.id, application.submission_count), ())),
            identity=_identity(identity),
            is_signature_recorded=signature_id is not None,
        )
    return found


def _asked(application: Application) -> tuple[tuple[SheetItem, ...], tuple[Attachment, ...]]:
    """Return what the call asks of every application of the fiche: questions and attachments."""
    fiche = fiche_of(application.fiche)
    return sheet_items_of(application.call, application.fiche), fiche.mandatory_attachments()


def _files(work: Work, ids: list[UUID]) -> dict[Key, set[str]]:
    query = select(
        ApplicationFile.application_id, ApplicationFile.submission_number, ApplicationFile.code
    ).where(ApplicationFile.application_id.in_(ids))
    found: dict[Key, set[str]] = {}
    for application_id, number, code in work.session.execute(query):
        found.setdefault((application_id, number), set()).add(code)
    return found


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
