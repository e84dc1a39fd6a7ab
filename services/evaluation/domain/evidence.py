"""Which signed records a project and a call must have by now: what the acts done so far ask for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.missing_records import Need

CONTROLLERS, EVALUATORS = 2, 2
"""Each application is controlled and scored by at least two people (R25, R41)."""
CONTROL_ENDS = frozenset({"pass_control", "fail_control"})
TOLD_ABOUT_CONTROL = frozenset({"notify_control", "notify_exclusion"})
RECOMMENDS = frozenset({"recommend", "not_recommend"})
DECIDES = frozenset({"approve", "reject", "put_in_reserve"})


@dataclass(frozen=True)
class CaseProgress:
    """What was done about one project."""

    acts: Collection[str]
    """Acts that moved it, each named once however often it was done."""
    controls: int
    """Conclusions of controllers, over all rounds."""
    deficiency_calls: int
    score_sheets: int
    """Closed sheets that count."""
    reviews: int
    """Reviews that were decided."""
    prints: int
    """Prints handed over to evaluators."""


def needs_of_case(done: CaseProgress) -> Sequence[Need]:
    """Return what a project must have by now, in the order of the process.

    A withdrawn or excluded project needs only what was asked for before; so the acts count that
    were done, not the state in which it ended.

    Source:
        R97 (3)-(6), R98; R46 for prints.
    """
    acts = set(done.acts)
    lists = max(done.controls, CONTROLLERS)
    sheets = max(done.score_sheets, EVALUATORS)
    calls = max(done.deficiency_calls, 1)
    wanted = (
        (acts & CONTROL_ENDS, Need("control_list", "R97 (3)", lists)),
        (acts & CONTROL_ENDS, Need("control_entry", "R97 (4)", lists)),
        (
            acts & {"record_repair", "expire_deficiency"} or done.deficiency_calls,
            Need("deficiency_call", "R98", calls, must_arrive=True),
        ),
        (acts & TOLD_ABOUT_CONTROL, Need("control_notice", "R98", must_arrive=True)),
        (done.prints, Need("print_receipt", "R46", done.prints)),
        (acts & {"complete_scores"}, Need("score_sheet", "R97 (5)", sheets)),
        (acts & {"complete_onsite"}, Need("onsite_record", "R97 (6)")),
        (acts & {"notify_result"}, Need("result_notice", "R98", must_arrive=True)),
        (done.reviews, Need("review_decision", "R98", done.reviews, must_arrive=True)),
    )
    return [need for reason, need in wanted if reason]


def needs_of_whole_call(acts: Collection[str], members: int) -> Sequence[Need]:
    """Return what the call itself must have by now: records about all its projects together.

    Args:
        acts: acts that moved any of its projects.
        members: how many people judge: each declares his interests.

    Source:
        R97 (7), (9); R42 and A5 for declarations; R56 for presentations.
    """
    done = set(acts)
    wanted = (
        (
            members and done & {"complete_scores"},
            Need("interest_declaration", "R42", members),
        ),
        (done & {"present"}, Need("presentation_record", "R56")),
        (done & RECOMMENDS, Need("committee_minutes", "R97 (7)")),
        (done & DECIDES, Need("resolution", "R97 (9)")),
    )
    return [need for reason, need in wanted if reason]
