"""Receiving applications: the window, the control sheet, registration and refusal. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.registry.domain.fiches import Attachment, Fiche
from services.registry.domain.identity import IdentityCheck
from shared.errors import DomainError
from shared.money import Money

INTAKE_RECORD_TEXT = "PŘÍJEM ŽÁDOSTI"
"""The exact words that the receiver enters in the folder (R21)."""
APPLICATION_FORM = "application"
"""Code of the application itself among the files; every submission has it."""
MIN_REASON = 3
CLOSED_CASES = frozenset(
    {"approved", "rejected", "reserve", "result_notified", "excluded", "expired"}
)
"""States of evaluation out of which nothing is withdrawn any more."""


class Channel(StrEnum):
    """How the application reached the organisation."""

    IN_PERSON = "in_person"
    DATA_CARRIER = "data_carrier"
    EMAIL = "email"
    DATA_BOX = "data_box"
    POST = "post"
    PORTAL = "portal"


class Verdict(StrEnum):
    """Answer to an item of the control sheet."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "n_a"


class WindowMiss(StrEnum):
    """On which side of the window a submission fell."""

    EARLY = "early"
    LATE = "late"


class OutsideIntakeWindow(DomainError):
    """The submission came before or after the window.

    Params: ``miss``, ``received_at``, ``opens_at``, ``closes_at``.
    """


class ReceivedInFuture(DomainError):
    """A submission cannot have arrived later than now. Params: ``received_at``, ``now``."""


class RequestedGrantNotPositive(DomainError):
    """Params: ``requested``."""


class UnknownAttachment(DomainError):
    """The fiche knows no such attachment. Params: ``code``."""


class UnknownSheetItem(DomainError):
    """The control sheet has no such item. Params: ``code``."""


class NoteMissing(DomainError):
    """The answer "no" needs a note that says why. Params: ``code``."""


class MandatoryNotApplicable(DomainError):
    """A mandatory attachment cannot be "not applicable". Params: ``code``."""


class VerdictAgainstFiles(DomainError):
    """The sheet says that an attachment is there, but no file is. Params: ``code``."""


class NotRegistrable(DomainError):
    """The application is not formally acceptable.

    Params: ``missing`` (names of mandatory attachments without a file), ``failed`` (texts of
    other items answered "no"), ``unanswered`` (texts of items), ``is_identity_checked`` and
    ``is_signature_recorded``.
    """


class DecidedAlready(DomainError):
    """The selection of the project is over; it cannot be withdrawn any more.

    Params: ``case_state``.
    """


class SeveralFaults(DomainError):
    """Several values are wrong. Params: ``faults``, errors that name their ``field``."""


class ReasonMissing(DomainError):
    """A refusal or withdrawal states its reasons."""


@dataclass(frozen=True, slots=True)
class IntakeWindow:
    """When the organisation receives applications; both ends belong to the window."""

    opens_at: datetime
    closes_at: datetime

    def miss(self, at: datetime) -> WindowMiss | None:
        """Return on which side the instant falls, or ``None`` inside the window."""
        if at < self.opens_at:
            return WindowMiss.EARLY
        return WindowMiss.LATE if at > self.closes_at else None


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One line of the control sheet."""

    code: str
    text: str
    attachment: str = ""
    """Code of the mandatory attachment that the line is about, if any."""


@dataclass(frozen=True, slots=True)
class SheetAnswer:
    """What the receiver found about one line."""

    code: str
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """What is known about a received application when registration is decided."""

    items: tuple[SheetItem, ...]
    answers: tuple[SheetAnswer, ...]
    mandatory: tuple[Attachment, ...]
    files: frozenset[str]
    """Codes of attachments that came as a file in the present submission."""
    identity: IdentityCheck | None
    is_signature_recorded: bool = False
    """How the applicant signed, and which file bears it, is written down."""


def check_window(window: IntakeWindow, received_at: datetime, *, now: datetime) -> None:
    """Refuse a submission from outside the intake window.

    Args:
        received_at: when it arrived (aware instant), at most *now*.

    Raises:
        ReceivedInFuture, OutsideIntakeWindow.

    Source:
        R8, R10 (projects are submitted in the call's window).
    """
    if received_at > now:
        raise ReceivedInFuture(received_at=received_at, now=now)
    miss = window.miss(received_at)
    if miss is not None:
        raise OutsideIntakeWindow(
            miss=miss.value,
            received_at=received_at,
            opens_at=window.opens_at,
            closes_at=window.closes_at,
        )


def check_requested(requested: Money) -> Money:
    """Return the requested grant when it is more than zero.

    Raises:
        RequestedGrantNotPositive.

    Source:
        R23 (the requested grant is published).
    """
    if requested.amount <= 0:
        raise RequestedGrantNotPositive(requested=requested)
    return requested


def check_attachment_code(fiche: Fiche, code: str) -> str:
    """Return the code when the fiche knows the attachment (or it is the application itself).

    Raises:
        UnknownAttachment.

    Source:
        R18 (which attachments there are is said by the fiche of the call).
    """
    if code != APPLICATION_FORM and code not in {item.code for item in fiche.attachments}:
        raise UnknownAttachment(code=code)
    return code


def sheet_items(formal: Iterable[SheetItem], fiche: Fiche) -> tuple[SheetItem, ...]:
    """Return the lines of the control sheet: the call's formal items, then each attachment.

    Source:
        R15 (the control sheet), R18 (mandatory attachments).
    """
    of_attachments = tuple(
        SheetItem(f"attachment:{item.code}", item.name, item.code if item.is_mandatory else "")
        for item in fiche.attachments
    )
    return (*formal, *of_attachments)


def check_answers(
    items: Collection[SheetItem], answers: Collection[SheetAnswer], files: Collection[str]
) -> None:
    """Refuse answers that contradict the sheet or the files that came.

    Raises:
        UnknownSheetItem, NoteMissing, MandatoryNotApplicable, VerdictAgainstFiles.

    Source:
        R15 (every item yes, no or not applicable, with a note), R18.
    """
    known = {item.code: item for item in items}
    for answer in answers:
        item = known.get(answer.code)
        if item is None:
            raise UnknownSheetItem(code=answer.code)
        _check_answer(item, answer, files)


def check_registration(intake: Intake) -> None:
    """Refuse to register what is not formally acceptable.

    Raises:
        NotRegistrable: with everything that stands in the way.

    Source:
        R13 (signed by the applicant), R15 (the sheet is complete), R17 (identity), R18
        (registered only when delivered with all mandatory attachments).
    """
    obstacles = obstacles_to_registration(intake)
    if obstacles is not None:
        raise obstacles


def obstacles_to_registration(intake: Intake) -> NotRegistrable | None:
    """Return what stands in the way of registration, or ``None`` when nothing does.

    Source:
        R13, R15, R17, R18.
    """
    verdicts = {answer.code: answer.verdict for answer in intake.answers}
    absent = {a.code: a.name for a in intake.mandatory if a.code not in intake.files}
    missing = tuple(absent.values())
    # That a missing attachment was answered "no" says the same thing once more.
    failed = tuple(
        i.text
        for i in intake.items
        if verdicts.get(i.code) is Verdict.NO and i.attachment not in absent
    )
    unanswered = tuple(i.text for i in intake.items if i.code not in verdicts)
    is_identity_checked = intake.identity is not None
    is_done = is_identity_checked and intake.is_signature_recorded
    if not (missing or failed or unanswered) and is_done:
        return None
    return NotRegistrable(
        missing=missing,
        failed=failed,
        unanswered=unanswered,
        is_identity_checked=is_identity_checked,
        is_signature_recorded=intake.is_signature_recorded,
    )


def check_withdrawal(case_state: str) -> None:
    """Refuse to withdraw an application whose case is closed in evaluation.

    Args:
        case_state: as evaluation last told it, empty before registration.

    Raises:
        DecidedAlready.

    Source:
        R100 (a side exit before the decision), A26.
    """
    if case_state in CLOSED_CASES:
        raise DecidedAlready(case_state=case_state)


def check_reasons(reasons: Collection[str]) -> tuple[str, ...]:
    """Return the reasons without empty ones; a refusal states at least one.

    Raises:
        ReasonMissing.

    Source:
        R18, A3 (a refusal is recorded with its reasons).
    """
    stated = tuple(reason.strip() for reason in reasons if len(reason.strip()) >= MIN_REASON)
    if not stated:
        raise ReasonMissing()
    return stated


def _check_answer(item: SheetItem, answer: SheetAnswer, files: Collection[str]) -> None:
    if answer.verdict is Verdict.NO and not answer.note.strip():
        raise NoteMissing(code=item.code)
    if not item.attachment:
        return
    if answer.verdict is Verdict.NOT_APPLICABLE:
        raise MandatoryNotApplicable(code=item.code)
    if answer.verdict is Verdict.YES and item.attachment not in files:
        raise VerdictAgainstFiles(code=item.code)
