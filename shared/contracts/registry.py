"""What registry gives: calls with their fiches and rule, applications, people."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.actors import Delegation
from shared.money import Money


@dataclass(frozen=True)
class Criterion:
    """A criterion of a fiche; ``maximum`` is set for scoring criteria (points)."""

    code: str
    text: str
    maximum: int | None = None
    spl_goal: str = ""
    """The goal or priority of the strategic plan that a scoring criterion serves (R51)."""


@dataclass(frozen=True)
class AttachmentKind:
    """An attachment that the fiche asks for."""

    code: str
    text: str
    is_mandatory: bool


@dataclass(frozen=True)
class FicheView:
    """A fiche as the call opened it."""

    id: UUID
    number: str
    """Such as ``F3``."""
    name: str
    allocation: Money | None
    """Approximate allocation approved by the programme committee; ``None`` where none is set."""
    attachments: list[AttachmentKind] = field(default_factory=list)
    acceptability: list[Criterion] = field(default_factory=list)
    scoring: list[Criterion] = field(default_factory=list)


@dataclass(frozen=True)
class CallView:
    """A call as announced; the facts that bind everything after it."""

    id: UUID
    number: int
    title: str
    state: str
    """``draft``, ``published``, ``closed`` or ``cancelled``."""
    amount: Money
    rule: dict[str, Any]
    """The declared allocation rule (vocabulary of the allocation engine)."""
    fiches: list[FicheView]
    published_at: datetime | None
    opens_at: datetime
    closes_at: datetime
    intake_place: str
    presentation_at: datetime
    presentation_place: str
    regulation_id: UUID | None
    regulation_version: str
    note: str = ""
    deadlines: dict[str, Any] = field(default_factory=dict)
    """Periods that bind this call (``DeadlineRules``); a missing one has its default."""
    how_to_apply: str = ""


@dataclass(frozen=True)
class ApplicantView:
    """Who applies. ``kind``: farmer, company, municipality, municipal_body, ngo, person."""

    id: UUID
    name: str
    kind: str
    ic: str | None
    municipality: str
    address: list[str]
    data_box_id: str | None
    email: str | None
    is_natural_person: bool
    founder_ic: str | None = None
    """IČO of the founding municipality, where there is one (conflict rule 2)."""


@dataclass(frozen=True)
class FileView:
    """A file of an application; its bytes are fetched by id."""

    id: UUID
    name: str
    kind: str
    """Code of the attachment kind, or ``application``."""
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ApplicationView:
    """An application as it stood when it was read."""

    id: UUID
    call_id: UUID
    fiche_id: UUID
    fiche_number: str
    number: str | None
    """Registration number such as ``8/012``; ``None`` before registration."""
    received_order: int
    state: str
    applicant: ApplicantView
    title: str
    place: str
    """Municipality of realisation (NUTS5)."""
    requested: Money
    registered_at: datetime | None
    registered_by: str | None
    files: list[FileView] = field(default_factory=list)
    registered_by_id: UUID | None = None
    """Who registered it; evaluation reports when that person controls it as well (A5)."""


@dataclass(frozen=True)
class PersonView:
    """A person of the organisation."""

    id: UUID
    name: str
    function: str
    roles: list[str]
    email: str | None = None
    delegations: list[Delegation] = field(default_factory=list)
    """What the director has delegated to the person and not taken back (A2)."""


@dataclass(frozen=True)
class FolderEntry:
    """An act of another service, for the timeline of the project folder."""

    kind: str
    text: str
    actor_name: str
    happened_at: datetime
    state: str
    document_id: UUID | None = None


@dataclass(frozen=True)
class ResultRow:
    """The outcome of one application as the general assembly decided it."""

    application_id: UUID
    points: str
    outcome: str
    """``approved``, ``reserve`` or ``rejected``."""
    amount: Money
    reason: str


@dataclass(frozen=True)
class Results:
    """The assembly's resolution, for publication."""

    resolution_number: str
    decided_on: date
    rows: list[ResultRow]


@dataclass(frozen=True)
class PresentationChange:
    """A new date of the public presentations (R58-R60)."""

    new_at: datetime
    new_place: str
    reason: str
    actor_name: str
