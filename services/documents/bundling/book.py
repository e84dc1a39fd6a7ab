"""What a bundle tells about itself, gathered while it is written; a few hundred octets a line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.documents.domain.bundles import MISSED, OVERDUE, Kept
from shared.contracts.bundles import DeadlineLine, ExpectedRecord


@dataclass(frozen=True)
class Paper:
    """One document as the index shows it."""

    number: str
    kind: str
    title: str
    state: str
    issued_at: datetime | None
    delivered_on: date | None
    names: tuple[str, ...]
    """Its files in the bundle, the readable one first."""
    verdict: str
    """What the verifier says; empty where there was nothing to judge."""


@dataclass(frozen=True)
class Judged:
    """A deadline with its judgement."""

    line: DeadlineLine
    kept: Kept
    judged_on: date


@dataclass(frozen=True)
class Trouble:
    """A kept file that the store lacks, or whose bytes are not those that were kept."""

    name: str
    sha256: str
    what: str
    """``missing`` or ``damaged``."""


@dataclass
class Book:
    """Everything that the index tells."""

    papers: list[Paper] = field(default_factory=list)
    subjects: list[UUID] = field(default_factory=list)
    """Documents and deliveries, to be looked for in the evidence log."""
    deliveries: list[Mapping[str, Any]] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    """Files that can have an evidence record: name in the bundle and SHA-256 (hexadecimal)."""
    recorded: list[str] = field(default_factory=list)
    """Those of them that have one, in the order in which it is written."""
    titles: dict[str, str] = field(default_factory=dict)
    """What the parts of the callers are, by name."""
    given: int = 0
    """How many of the files with the callers' parts are written."""
    troubles: list[Trouble] = field(default_factory=list)
    deadlines: list[Judged] = field(default_factory=list)
    expected: list[ExpectedRecord] = field(default_factory=list)

    @property
    def missing(self) -> list[ExpectedRecord]:
        """Signed records that should be there and are not."""
        return [one for one in self.expected if one.missing is not None]

    @property
    def late(self) -> list[Judged]:
        """Deadlines that were missed, or that have passed and are still open."""
        return [one for one in self.deadlines if one.kept.verdict in (MISSED, OVERDUE)]
