"""Evidence bundles: their way from asked for to ready, their names, and deadlines as kept. Pure."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.errors import DomainError
from shared.states import StateMachine, Transition

CASE, CALL = "case", "call"
KINDS = (CASE, CALL)
"""A bundle is about one project or about a whole call."""

WAITING, MAKING, READY, FAILED = "waiting", "making", "ready", "failed"
PAUSED, CANCELLED = "paused", "cancelled"
BUNDLE = StateMachine(
    name="bundle",
    states=(WAITING, MAKING, PAUSED, READY, FAILED, CANCELLED),
    initial=WAITING,
    transitions=(
        Transition("begin", (WAITING, MAKING), MAKING),
        Transition("finish", (MAKING,), READY),
        Transition("give_up", (WAITING, MAKING), FAILED),
        Transition("pause", (WAITING, MAKING), PAUSED),
        Transition("resume", (PAUSED, FAILED), WAITING),
        Transition("cancel", (WAITING, MAKING, PAUSED, FAILED), CANCELLED),
    ),
)
DOCUMENTS, GIVEN, LOG, INDEX, RECORDS, DIRECTORY, SUM = CHAPTERS = (
    *("documents", "given", "log", "index", "records", "directory", "sum"),
)
"""What a bundle is written of, in this order; a worker goes on in the one that is not whole."""
UNSEALED = (DOCUMENTS, GIVEN, LOG, INDEX)
"""Chapters in which nothing is sealed yet."""
SEAL_AWAY, SEAL_REVOKED, STAMP_AWAY = "seal-unavailable", "seal-revoked", "stamp-unavailable"
STORE_FULL, STORE_AWAY, PIECE_LOST = "store-full", "store-unavailable", "piece-lost"
REQUEST_LOST, WORKER_DIED, PROGRAM_FAILED = "request-lost", "worker-died", "program-failed"
TROUBLES = (
    *(SEAL_AWAY, SEAL_REVOKED, STAMP_AWAY, STORE_FULL, STORE_AWAY),
    *(PIECE_LOST, REQUEST_LOST, WORKER_DIED, PROGRAM_FAILED),
)
"""Why a bundle could not be made the last time."""
AT_MOST, AT_LEAST = "at_most", "at_least"
DIRECTIONS = (AT_MOST, AT_LEAST)
"""Whether the day is the last one on which the act is in time, or the first one."""
KEPT, MISSED, RUNNING, OVERDUE = "kept", "missed", "running", "overdue"


class BundleIdReused(DomainError):
    """The id belongs to another bundle already."""


class BundleNotReady(DomainError):
    """The bundle is not made yet, or could not be made."""


class BundleChanged(DomainError):
    """The container is not the one that was made."""


class PartNameTaken(DomainError):
    """A part would take a name that the bundle keeps for itself. Params: ``name``."""


@dataclass(frozen=True)
class Kept:
    """What became of a deadline."""

    verdict: str
    """``kept``, ``missed``, ``running`` (not done, still time) or ``overdue``."""
    margin: int
    """Whole days to spare; negative when late. Of an act not done: days from today."""


def judge_deadline(due: date, done: date | None, today: date, direction: str) -> Kept:
    """Tell whether a deadline was kept, and with what margin.

    Args:
        due: calendar day in Prague; the last day in time (``at_most``), or the first one
            (``at_least``).
        done: day on which the act was done, ``None`` while it was not.
        today: Prague day by which it is judged: when the caller told ``done``.

    Source:
        R99: periods have a direction, maximum or minimum.
    """
    sign = 1 if direction == AT_MOST else -1
    margin = sign * (due - (done or today)).days
    if done is not None:
        return Kept(KEPT if margin >= 0 else MISSED, margin)
    if direction == AT_LEAST:
        return Kept(RUNNING, margin)
    return Kept(RUNNING if margin >= 0 else OVERDUE, margin)


def may_go_on(chapter: str, begun_on: date, today: date) -> bool:
    """Tell whether a bundle that was left in a chapter is gone on with, or is begun anew.

    Args:
        begun_on: Prague day on which its first document was read.
        today: the present Prague day.

    Source:
        ETSI EN 319 102-1, 5.1.3: a verdict holds for a time of validation; ADR 24 bounds its age
        in a bundle. What is sealed tells its own day.
    """
    return chapter not in UNSEALED or begun_on == today


OWN_NAMES = (
    *("documents/", "countersigned/", "deliveries/", "verification/", "trust/", "log/documents"),
    *("index.", "README", "deadlines.", "missing.", "deliveries.", "check"),
    *("mimetype", "META-INF/"),
)
"""How the names begin that the bundle gives itself."""


def sum_of_pieces(pieces: Sequence[str]) -> str:
    """Return one hash that stands for these pieces in this order, so for what they hold together.

    Args:
        pieces: SHA-256 of each, by which the store finds and checks it.

    Source:
        T7, D11: what was made is what is given out.
    """
    return hashlib.sha256("\n".join(pieces).encode()).hexdigest()


def check_part_names(names: Sequence[str]) -> None:
    """Refuse parts whose names the bundle needs, or that come twice.

    Raises:
        PartNameTaken: one of them.

    Source:
        ETSI EN 319 162-1, annex A: mimetype and META-INF belong to the container, and a
        manifest names each file once.
    """
    for name, count in Counter(names).items():
        if count > 1 or name.startswith(OWN_NAMES):
            raise PartNameTaken(name=name)
