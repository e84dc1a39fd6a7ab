"""The administrative control: who controls, by which list, and with what result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.errors import DomainError

CONTROLLERS_PER_CASE = 2


class ItemKind(StrEnum):
    """What an item of the control list asks about."""

    ACCEPTABILITY = "acceptability"
    ATTACHMENT = "attachment"


class Verdict(StrEnum):
    """What the controller found about one item."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "n_a"


class NextStep(StrEnum):
    """What the control of one application waits for, or how it ended."""

    CONCLUSIONS = "conclusions"
    DIRECTOR_DECISION = "director_decision"
    DEFICIENCY_CALL = "deficiency_call"
    PASSED = "passed"
    FAILED = "failed"


class WrongNumberOfControllers(DomainError):
    """Not exactly two people were appointed."""


class SameControllerTwice(DomainError):
    """The two appointed controllers are one person."""


class ControlListEmpty(DomainError):
    """The control list has no item about acceptability."""


class AttachmentNotCovered(DomainError):
    """An attachment of the fiche has no item in the control list."""


class DuplicateItemCode(DomainError):
    """Two items of a control list have the same code."""


class ControlListFrozen(DomainError):
    """The control list was frozen and can no longer change."""


class ControlListNotFrozen(DomainError):
    """A control cannot begin before its list is frozen."""


class NotAppointedController(DomainError):
    """The person was not appointed to control this application."""


class ControlListIncomplete(DomainError):
    """Some items of the control list have no finding."""


class UnknownControlItem(DomainError):
    """A finding names an item that the control list does not have."""


class FindingWithoutNote(DomainError):
    """A defect was found, but not described."""


class ConclusionContradictsFindings(DomainError):
    """The conclusion does not follow from the controller's own findings."""


class AlreadyConcluded(DomainError):
    """The controller has already concluded in this round."""


class NothingToDecide(DomainError):
    """The controllers do not disagree, so the director has nothing to decide."""


class DecisionWithoutReason(DomainError):
    """A decision was taken without saying why."""


@dataclass(frozen=True)
class ControlItem:
    """One line of a control list."""

    code: str
    kind: ItemKind
    text: str
    is_repairable: bool = True
    attachment_code: str | None = None


@dataclass(frozen=True)
class Finding:
    """What one controller found about one item."""

    verdict: Verdict
    note: str = ""


@dataclass(frozen=True)
class Conclusion:
    """What one controller concluded, and when he or she signed it."""

    person_id: UUID
    is_acceptable: bool
    has_unrepairable_defect: bool
    signed_at: datetime | None


@dataclass(frozen=True)
class Appointment:
    """The two people who control one application."""

    controllers: tuple[UUID, UUID]
    registrar_is_controller: bool

    def includes(self, person_id: UUID) -> bool:
        """Tell whether the person is one of the two."""
        return person_id in self.controllers


def appoint(controllers: Sequence[UUID], registrar_id: UUID | None) -> Appointment:
    """Appoint the two controllers of an application.

    Args:
        controllers: The people the director chose.
        registrar_id: Who registered the application, to report (not refuse) that the
            same person also controls it.

    Raises:
        WrongNumberOfControllers: There are not exactly two.
        SameControllerTwice: Both are the same person.

    Source:
        R25 (always 2 persons, appointed by the director); A5 (a registrar may be a
        controller, but it is reported).
    """
    if len(controllers) != CONTROLLERS_PER_CASE:
        raise WrongNumberOfControllers(required=CONTROLLERS_PER_CASE, given=len(controllers))
    first, second = controllers
    if first == second:
        raise SameControllerTwice(person_id=first)
    return Appointment((first, second), registrar_id in (first, second))


def check_control_list(items: Sequence[ControlItem], attachment_codes: Sequence[str]) -> None:
    """Refuse a control list that would not cover the fiche.

    Raises:
        ControlListEmpty: No item asks about acceptability.
        DuplicateItemCode: Two items share a code.
        AttachmentNotCovered: An attachment of the fiche has no item.

    Source:
        R26 (acceptability criteria of the fiche), R27 (attachments), R29 (a list is
        prepared for each fiche).
    """
    if not any(item.kind is ItemKind.ACCEPTABILITY for item in items):
        raise ControlListEmpty()
    codes = [item.code for item in items]
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise DuplicateItemCode(codes=repeated)
    covered = {item.attachment_code for item in items if item.kind is ItemKind.ATTACHMENT}
    missing = [code for code in attachment_codes if code not in covered]
    if missing:
        raise AttachmentNotCovered(codes=missing)


def freeze(frozen_at: datetime | None, now: datetime) -> datetime:
    """Return the moment from which the control list cannot change.

    Raises:
        ControlListFrozen: It already is frozen.

    Source:
        R29 (the list is prepared before the control).
    """
    if frozen_at is not None:
        raise ControlListFrozen(frozen_at=frozen_at)
    return now


def check_findings(items: Sequence[ControlItem], findings: Mapping[str, Finding]) -> None:
    """Refuse findings that do not fill the list.

    Raises:
        UnknownControlItem: A finding is about no item of the list.
        ControlListIncomplete: An item has no finding.
        FindingWithoutNote: A "no" is not explained.

    Source:
        R28 (no conclusion without a filled list), R30 (the controller writes what was
        found).
    """
    known = {item.code for item in items}
    unknown = sorted(set(findings) - known)
    if unknown:
        raise UnknownControlItem(codes=unknown)
    missing = [item.code for item in items if item.code not in findings]
    if missing:
        raise ControlListIncomplete(codes=missing, items=_texts(items, missing))
    silent = [
        item.code
        for item in items
        if findings[item.code].verdict is Verdict.NO and not findings[item.code].note.strip()
    ]
    if silent:
        raise FindingWithoutNote(codes=silent, items=_texts(items, silent))


def _texts(items: Sequence[ControlItem], codes: Sequence[str]) -> list[str]:
    return [f"„{item.text}“" for item in items if item.code in codes]


def conclude(
    items: Sequence[ControlItem], findings: Mapping[str, Finding], is_acceptable: bool
) -> bool:
    """Check a conclusion against the same person's findings.

    Returns:
        Whether some defect found cannot be repaired.

    Raises:
        ConclusionContradictsFindings: "Acceptable" with a defect, or "not acceptable"
            without one.
        ControlListIncomplete, UnknownControlItem, FindingWithoutNote: See
            :func:`check_findings`.

    Source:
        R30 (states whether, *according to his finding*, the project is acceptable).
    """
    check_findings(items, findings)
    defects = [item for item in items if findings[item.code].verdict is Verdict.NO]
    if is_acceptable == bool(defects):
        raise ConclusionContradictsFindings(
            is_acceptable=is_acceptable, codes=[item.code for item in defects]
        )
    return any(not item.is_repairable for item in defects)


def next_step(
    conclusions: Sequence[Conclusion],
    director_finds_acceptable: bool | None,
    *,
    rounds_used: int,
    rounds_allowed: int,
) -> NextStep:
    """Say what follows from the conclusions of one round.

    Args:
        conclusions: The conclusions of this round. Only signed ones count.
        director_finds_acceptable: The director's decision about a disagreement.
        rounds_used: How many times the applicant has been called on to repair defects.
        rounds_allowed: How many times that may happen (a setting, default 1).

    Source:
        R25, R30, R31 (both must have signed), A4 (the director decides a disagreement),
        R33 (defects that need repair: the applicant is called on), A6 (rounds).
    """
    signed = [conclusion for conclusion in conclusions if conclusion.signed_at is not None]
    if len(signed) < CONTROLLERS_PER_CASE:
        return NextStep.CONCLUSIONS
    opinions = {conclusion.is_acceptable for conclusion in signed}
    if len(opinions) > 1 and director_finds_acceptable is None:
        return NextStep.DIRECTOR_DECISION
    acceptable = signed[0].is_acceptable if len(opinions) == 1 else director_finds_acceptable
    if acceptable:
        return NextStep.PASSED
    if any(conclusion.has_unrepairable_defect for conclusion in signed):
        return NextStep.FAILED
    return NextStep.DEFICIENCY_CALL if rounds_used < rounds_allowed else NextStep.FAILED


def decide_disagreement(step: NextStep, reason: str) -> str:
    """Return the director's reason, if there is something to decide.

    Raises:
        NothingToDecide: The controllers agree, or have not both signed.
        DecisionWithoutReason: The reason is empty.

    Source:
        A4 (third: the director decides with reasons, both findings are kept).
    """
    if step is not NextStep.DIRECTOR_DECISION:
        raise NothingToDecide(step=step.value)
    return require_reason(reason)


def require_reason(reason: str) -> str:
    """Return the reason without surrounding spaces.

    Raises:
        DecisionWithoutReason: Nothing is left.

    Source:
        R100 (every arrow is an act: who, when, why).
    """
    if not reason.strip():
        raise DecisionWithoutReason()
    return reason.strip()


def control_ended_at(conclusions: Sequence[Conclusion]) -> datetime | None:
    """Return when the control of this application ended.

    Returns:
        The time of the second signature, or ``None`` while one is missing.

    Source:
        R36 with A7 (the end of the control of this application: the second signature,
        after any repair).
    """
    times = [c.signed_at for c in conclusions if c.signed_at is not None]
    return max(times) if len(times) >= CONTROLLERS_PER_CASE else None
