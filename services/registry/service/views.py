"""Rows told to others: the contract's dataclasses."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from services.registry.models import (
    Applicant,
    Application,
    ApplicationFile,
    Call,
    FicheRow,
    Person,
)
from services.registry.service.delegating import living_delegations
from services.registry.service.loading import files_of, regulation_of
from services.registry.service.settings import rules_of
from services.registry.service.work import Work
from shared.contracts.registry import (
    ApplicantView,
    ApplicationView,
    AttachmentKind,
    CallView,
    Criterion,
    FicheView,
    FileView,
    PersonView,
)
from shared.money import Money


def call_view(work: Work, call: Call) -> CallView:
    """Return the call as others see it; what a draft does not state yet is empty."""
    regulation = regulation_of(work, call)
    return CallView(
        id=call.id,
        number=call.number,
        title=call.title,
        state=call.state,
        amount=call.approved_amount or Money.zero(),
        rule=dict(call.rule),
        fiches=[fiche_view(fiche) for fiche in call.fiches],
        published_at=call.published_at,
        opens_at=call.opens_at,  # type: ignore[arg-type]  # a draft may lack it, see above
        closes_at=call.closes_at,  # type: ignore[arg-type]  # likewise
        intake_place=call.intake_place,
        presentation_at=call.presentation_at,  # type: ignore[arg-type]  # likewise
        presentation_place=call.presentation_place,
        regulation_id=call.regulation_version_id,
        regulation_version=regulation.label if regulation else "",
        note=call.note,
        deadlines=rules_of(work, call).to_json(),
        how_to_apply=call.how_to_apply,
    )


def fiche_view(row: FicheRow) -> FicheView:
    """Return the fiche as others see it."""
    return FicheView(
        id=row.id,
        number=row.code,
        name=row.name,
        allocation=row.allocation,
        attachments=[
            AttachmentKind(item["code"], item["name"], item["is_mandatory"])
            for item in row.attachments
        ],
        acceptability=[Criterion(item["code"], item["text"]) for item in row.acceptability],
        scoring=[
            Criterion(item["code"], item["text"], item["max_points"], item["spl_goal"])
            for item in row.scoring
        ],
    )


def applicant_view(row: Applicant) -> ApplicantView:
    """Return the applicant as others see him."""
    return ApplicantView(
        id=row.id,
        name=row.name,
        kind=row.kind,
        ic=row.ic,
        municipality=row.municipality,
        address=row.address,
        data_box_id=row.data_box_id,
        email=row.email,
        is_natural_person=row.is_natural_person,
        founder_ic=row.founder_ic,
    )


def file_view(row: ApplicationFile) -> FileView:
    """Return the file as others see it."""
    return FileView(row.id, row.name, row.code, row.media_type, row.size, row.sha256)


def application_view(application: Application, files: list[ApplicationFile]) -> ApplicationView:
    """Return the application as others see it."""
    return ApplicationView(
        id=application.id,
        call_id=application.call_id,
        fiche_id=application.fiche_id,
        fiche_number=application.fiche_code,
        number=application.number,
        received_order=application.received_order,
        state=application.state,
        applicant=applicant_view(application.applicant),
        title=application.title,
        place=application.place,
        requested=application.requested,
        registered_at=application.registered_at,
        registered_by=application.registered_by,
        registered_by_id=application.registered_by_id,
        files=[file_view(row) for row in files],
    )


def application_with_files(work: Work, application: Application) -> ApplicationView:
    """Return the application with the files of its present submission."""
    return application_view(application, files_of(work, application))


def applications_view(work: Work, applications: list[Application]) -> list[ApplicationView]:
    """Return many applications with their files, in two queries whatever their number."""
    by_application: dict[UUID, list[ApplicationFile]] = {a.id: [] for a in applications}
    present = {a.id: a.submission_count for a in applications}
    query = select(ApplicationFile).where(ApplicationFile.application_id.in_(by_application))
    for row in work.session.scalars(
        query.order_by(ApplicationFile.received_at, ApplicationFile.id)
    ):
        if row.submission_number == present[row.application_id]:
            by_application[row.application_id].append(row)
    return [application_view(a, by_application[a.id]) for a in applications]


def person_view(row: Person) -> PersonView:
    """Return the person as others see him."""
    return PersonView(row.id, row.name, row.function, list(row.roles), row.email)


def people_view(work: Work, rows: list[Person]) -> list[PersonView]:
    """Return people with what the director has delegated to them."""
    delegated = living_delegations(work.session, [row.id for row in rows], work.today)
    return [replace(person_view(row), delegations=delegated[row.id]) for row in rows]
