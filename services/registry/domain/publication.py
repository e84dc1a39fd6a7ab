"""The list of received applications: what the public may read, and nothing else. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime

from services.registry.domain.numbering import RegistrationNumber
from shared.calendar_cz import prague_day
from shared.deadlines import DEFAULT_RULES, Deadline, DeadlineRules, list_due
from shared.errors import DomainError
from shared.money import Money


class IntakeStillOpen(DomainError):
    """The list is made after the intake has ended. Params: ``closes_at``."""


class UndecidedApplications(DomainError):
    """Some applications are neither registered nor refused yet. Params: ``count``."""


class ListMadeAlready(DomainError):
    """No application is written down once the list of the call is made."""


class LateWithoutReason(DomainError):
    """A list published after its deadline says why. Params: ``due`` and ``days_late``."""


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """One line of the list: exactly the five columns, in their order.

    There is no further field, so that nothing else about a natural person can be published:
    the name and the municipality of the project, no address and no date of birth (A24).
    """

    applicant_name: str
    place: str
    """Place of realisation (NUTS5, i.e. the municipality)."""
    project_title: str
    fiche: str
    """Name and number of the fiche."""
    requested_grant: Money


@dataclass(frozen=True, slots=True)
class Registered:
    """What the list is made from."""

    number: RegistrationNumber
    row: ReceivedRow


COLUMNS = tuple(field.name for field in fields(ReceivedRow))


def received_rows(registered: Iterable[Registered]) -> tuple[ReceivedRow, ...]:
    """Return the lines in the order of registration numbers.

    Source:
        R23 (exactly these columns in this order).
    """
    return tuple(item.row for item in sorted(registered, key=lambda item: item.number))


def check_list_can_be_made(*, closes_at: datetime, now: datetime, undecided: int) -> None:
    """Refuse a list that would still change.

    Raises:
        IntakeStillOpen, UndecidedApplications.

    Source:
        R22 (the list follows the end of intake).
    """
    if now <= closes_at:
        raise IntakeStillOpen(closes_at=closes_at)
    if undecided:
        raise UndecidedApplications(count=undecided)


def check_list_not_made(*, is_made: bool) -> None:
    """Refuse an application that would be missing on the list, whenever it is said to have come.

    A list that was made by mistake is cancelled first, and made again with everything.

    Raises:
        ListMadeAlready.

    Source:
        R22, R23 (the list holds what was received).
    """
    if is_made:
        raise ListMadeAlready()


def publication_deadline(closes_at: datetime, rules: DeadlineRules = DEFAULT_RULES) -> Deadline:
    """Return by when the list must be published.

    Args:
        closes_at: end of intake.
        rules: periods that bind the call.

    Source:
        R22 (at most seven calendar days after the end of intake).
    """
    return list_due(prague_day(closes_at), rules)


def check_lateness(due: date, *, today: date, reason: str) -> str:
    """Return the reason that belongs to the publication; one in time has none.

    Publishing late is a duty still; what must not happen is that nobody says why. The
    deadline itself never moves.

    Raises:
        LateWithoutReason.

    Source:
        R22 (at most seven calendar days after the end of intake).
    """
    if today <= due:
        return ""
    if not reason.strip():
        raise LateWithoutReason(due=due, days_late=(today - due).days)
    return reason.strip()


def fiche_label(code: str, name: str) -> str:
    """Return the name and number of a fiche as one cell.

    Source:
        R23 (name and number of the fiche).
    """
    return f"{name} ({code})"


def cells(row: ReceivedRow, *, language: str = "cs") -> tuple[str, ...]:
    """Return the texts of one line, the amount as people write it.

    Source:
        R23.
    """
    return tuple(
        value.formatted(language) if isinstance(value, Money) else str(value)
        for value in (getattr(row, name) for name in COLUMNS)
    )
