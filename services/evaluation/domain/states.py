"""The states of a case: from registration to the delivered result."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.states import StateMachine, Transition

REGISTERED = "registered"
ADMIN_CONTROL = "admin_control"
DEFICIENCY_OPEN = "deficiency_open"
CONTROL_PASSED = "control_passed"
CONTROL_FAILED = "control_failed"
EXPIRED = "expired"
EXCLUDED = "excluded"
NOTIFIED = "notified"
ASSIGNED = "assigned"
EVALUATED = "evaluated"
EX_ANTE_DONE = "ex_ante_done"
PRESENTED = "presented"
DISCUSSED = "discussed"
RECOMMENDED = "recommended"
NOT_RECOMMENDED = "not_recommended"
APPROVED = "approved"
REJECTED = "rejected"
RESERVE = "reserve"
RESULT_NOTIFIED = "result_notified"
WITHDRAWN = "withdrawn"

BEFORE_DECISION = (
    REGISTERED,
    ADMIN_CONTROL,
    DEFICIENCY_OPEN,
    CONTROL_PASSED,
    CONTROL_FAILED,
    NOTIFIED,
    ASSIGNED,
    EVALUATED,
    EX_ANTE_DONE,
    PRESENTED,
    DISCUSSED,
    RECOMMENDED,
    NOT_RECOMMENDED,
)
IN_EVALUATION = (ASSIGNED, EVALUATED, EX_ANTE_DONE, PRESENTED)
AFTER_MEETING = (RECOMMENDED, NOT_RECOMMENDED)
"""The committee has spoken, the assembly has not decided."""
CASE = StateMachine(
    name="case",
    states=(
        REGISTERED,
        ADMIN_CONTROL,
        DEFICIENCY_OPEN,
        CONTROL_PASSED,
        CONTROL_FAILED,
        EXPIRED,
        EXCLUDED,
        NOTIFIED,
        ASSIGNED,
        EVALUATED,
        EX_ANTE_DONE,
        PRESENTED,
        DISCUSSED,
        RECOMMENDED,
        NOT_RECOMMENDED,
        APPROVED,
        REJECTED,
        RESERVE,
        RESULT_NOTIFIED,
        WITHDRAWN,
    ),
    initial=REGISTERED,
    transitions=(
        Transition("appoint_controllers", (REGISTERED,), ADMIN_CONTROL, "R24, R25", "director"),
        Transition(
            "call_deficiency",
            (ADMIN_CONTROL,),
            DEFICIENCY_OPEN,
            "R33",
            "assistant",
            "deficiency_call",
        ),
        Transition("record_repair", (DEFICIENCY_OPEN,), ADMIN_CONTROL, "R33, A6", "assistant"),
        Transition("expire_deficiency", (DEFICIENCY_OPEN,), EXPIRED, "R34, R100"),
        Transition(
            "pass_control",
            (ADMIN_CONTROL,),
            CONTROL_PASSED,
            "R30, R31",
            "controller",
            "control_list",
        ),
        Transition(
            "fail_control",
            (ADMIN_CONTROL,),
            CONTROL_FAILED,
            "R30, R31",
            "controller",
            "control_list",
        ),
        # A failed application is told as well, but goes no further; "notified" alone could not
        # say that, so this side of the fork has a state of its own.
        Transition("notify_control", (CONTROL_PASSED,), NOTIFIED, "R36-R39", "", "control_notice"),
        Transition(
            "notify_exclusion",
            (CONTROL_FAILED, EXPIRED),
            EXCLUDED,
            "R36-R39",
            "",
            "control_notice",
        ),
        Transition("assign_evaluators", (NOTIFIED,), ASSIGNED, "R40-R45", "director"),
        Transition(
            "complete_scores", (ASSIGNED,), EVALUATED, "R41, R52", "evaluator", "score_sheet"
        ),
        Transition(
            "complete_onsite", (EVALUATED,), EX_ANTE_DONE, "R48, R49", "evaluator", "onsite_record"
        ),
        Transition(
            "present", (EX_ANTE_DONE,), PRESENTED, "R56", "assistant", "presentation_record"
        ),
        Transition("discuss", (PRESENTED,), DISCUSSED, "R61", "committee"),
        Transition("recommend", (DISCUSSED,), RECOMMENDED, "R62", "committee", "committee_minutes"),
        Transition(
            "not_recommend", (DISCUSSED,), NOT_RECOMMENDED, "R62", "committee", "committee_minutes"
        ),
        # The committee only recommends; the assembly decides, and says why if it departs.
        Transition(
            "approve", (RECOMMENDED, NOT_RECOMMENDED), APPROVED, "R68", "assembly", "resolution"
        ),
        Transition(
            "reject", (RECOMMENDED, NOT_RECOMMENDED), REJECTED, "R68", "assembly", "resolution"
        ),
        Transition("put_in_reserve", (RECOMMENDED,), RESERVE, "R68", "assembly", "resolution"),
        Transition(
            "notify_result",
            (APPROVED, REJECTED, RESERVE),
            RESULT_NOTIFIED,
            "R98",
            "",
            "result_notice",
        ),
        Transition("withdraw", BEFORE_DECISION, WITHDRAWN, "R100", "applicant"),
    ),
)


@dataclass(frozen=True)
class EvaluationFacts:
    """What has been closed about one project during evaluation."""

    scores_complete: bool
    onsite_closed: bool
    presented: bool


def acts_due(state: str, facts: EvaluationFacts) -> Sequence[str]:
    """Return the acts that follow by themselves from facts recorded in any order.

    Score sheets, the visit and the presentation may be closed in any order; the case walks
    through its states in the order of R100 as far as the facts reach.

    Source:
        R47-R56, R100.
    """
    path = (
        (ASSIGNED, "complete_scores", facts.scores_complete),
        (EVALUATED, "complete_onsite", facts.onsite_closed),
        (EX_ANTE_DONE, "present", facts.presented),
    )
    due = []
    for source, act, holds in path:
        if state == source and holds:
            due.append(act)
            state = CASE.apply(state, act)
    return due
