"""Evidence bundles: what evaluation asks documents for, and what it learns of them.

A bundle is an ASiC-E container with everything that proves how a project, or a whole call, was
dealt with. documents knows no law: what should be there and by when, the caller says in words.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

Words = dict[str, str]
"""One text in several languages, by their codes: ``cs`` always, ``en`` and ``de`` if known."""


@dataclass(frozen=True)
class BundlePart:
    """A file that the caller puts in, such as the facts of a project."""

    name: str
    """Path within the bundle, of lower-case letters, digits, ``-``, ``.`` and ``/``."""
    title: str
    media_type: str
    """``application/json``, ``application/x-ndjson``, ``text/csv`` or ``text/plain``."""
    text: str


@dataclass(frozen=True)
class DeadlineLine:
    """One deadline with what became of it."""

    what: Words
    about: str
    """Number of the project or call."""
    source: str
    """Rule or act that sets it."""
    direction: str
    """``at_most``: the day is the last in time; ``at_least``: it is the first."""
    due: date
    done: date | None
    note: str = ""


@dataclass(frozen=True)
class ExpectedRecord:
    """A signed record that should be there at this stage."""

    what: Words
    about: str
    requirement: str
    """Such as ``R97 (3)``."""
    document_ids: list[UUID] = field(default_factory=list)
    """What proves it."""
    missing: Words | None = None
    """Why it is missing; ``None`` when it is there."""


@dataclass(frozen=True)
class BundleRequest:
    """A bundle to be made. The caller chooses the id, so asking twice makes one."""

    kind: str
    """``case`` or ``call``."""
    title: str
    call_id: UUID
    case_ids: list[UUID]
    """Projects whose documents go in; of a call all of them."""
    parts: list[BundlePart] = field(default_factory=list)
    deadlines: list[DeadlineLine] = field(default_factory=list)
    expected: list[ExpectedRecord] = field(default_factory=list)


@dataclass(frozen=True)
class BundleView:
    """Where a bundle stands."""

    id: UUID
    kind: str
    title: str
    subject_id: UUID
    """The project or the call."""
    call_id: UUID
    state: str
    """``waiting``, ``making``, ``paused``, ``ready``, ``failed`` or ``cancelled``."""
    done: int
    total: int
    """Documents put in so far, and of how many."""
    trouble: str
    """Why it could not be made the last time, as a slug; empty while nothing is wrong."""
    trouble_words: str
    """The same as a sentence in the language of the request."""
    missing: int
    """How many signed records were missing when it was asked for."""
    asked_at: datetime
    asked_by: str
    ready_at: datetime | None
    sha256: str | None
    size: int | None


@dataclass(frozen=True)
class BundlePage:
    """One page of a list of bundles."""

    items: list[BundleView]
    total: int
    page: int
    page_size: int


@dataclass(frozen=True)
class CallPapers:
    """How many documents a call has and how far they are; cancelled ones are none."""

    call_id: UUID
    documents: int
    issued: int
    deliveries: int
    delivered: int


@dataclass(frozen=True)
class CallPapersList:
    """Papers of several calls, in the order asked for."""

    items: list[CallPapers]


@dataclass(frozen=True)
class EvidenceOf:
    """What a service owns and gives to a bundle."""

    parts: list[BundlePart] = field(default_factory=list)
    deadlines: list[DeadlineLine] = field(default_factory=list)
    expected: list[ExpectedRecord] = field(default_factory=list)
