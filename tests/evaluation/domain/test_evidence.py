"""R97, R98: which signed records a project and a call must have, stage by stage."""

import pytest

from services.evaluation.domain.evidence import CaseProgress, needs_of_case, needs_of_whole_call

CONTROL = ["appoint_controllers", "pass_control"]
TOLD = [*CONTROL, "notify_control"]
SCORED = [*TOLD, "assign_evaluators", "complete_scores"]
VISITED = [*SCORED, "complete_onsite"]
END = [*VISITED, "present", "discuss", "recommend", "approve", "notify_result"]


def progress(acts: list[str], **more: int) -> CaseProgress:
    counted = {"controls": 2, "deficiency_calls": 0, "score_sheets": 2, "prints": 0, "reviews": 0}
    return CaseProgress(acts=acts, **{**counted, **more})


@pytest.mark.parametrize(
    ("done", "needed"),
    [
        pytest.param(progress([]), [], id="registered only"),
        pytest.param(progress(["appoint_controllers"]), [], id="control runs"),
        pytest.param(progress(["withdraw"]), [], id="withdrawn before anything"),
        pytest.param(
            progress(["withdraw"], reviews=2), [("review_decision", 2)], id="two reviews decided"
        ),
        pytest.param(
            progress(CONTROL), [("control_list", 2), ("control_entry", 2)], id="control passed"
        ),
        pytest.param(
            progress(["fail_control"], controls=3),
            [("control_list", 3), ("control_entry", 3)],
            id="three controlled",
        ),
        pytest.param(
            progress(["fail_control"], controls=1),
            [("control_list", 2), ("control_entry", 2)],
            id="two are the least",
        ),
        pytest.param(
            progress(["call_deficiency"], deficiency_calls=1), [("deficiency_call", 1)], id="repair"
        ),
        pytest.param(
            progress(["expire_deficiency", "notify_exclusion"], deficiency_calls=2),
            [("deficiency_call", 2), ("control_notice", 1)],
            id="not repaired, excluded",
        ),
        pytest.param(
            progress([*TOLD, "withdraw"]),
            [("control_list", 2), ("control_entry", 2), ("control_notice", 1)],
            id="withdrawn after the notice",
        ),
        pytest.param(
            progress(SCORED, score_sheets=3, prints=1),
            [
                *(("control_list", 2), ("control_entry", 2), ("control_notice", 1)),
                *(("print_receipt", 1), ("score_sheet", 3)),
            ],
            id="scored by three, one on paper",
        ),
        pytest.param(
            progress(END),
            [
                *(("control_list", 2), ("control_entry", 2), ("control_notice", 1)),
                *(("score_sheet", 2), ("onsite_record", 1), ("result_notice", 1)),
            ],
            id="to the end",
        ),
    ],
)
def test_what_was_done_says_what_must_be_there(
    done: CaseProgress, needed: list[tuple[str, int]]
) -> None:
    assert [(one.kind, one.count) for one in needs_of_case(done)] == needed


def test_letters_must_have_arrived() -> None:
    arriving = {one.kind for one in needs_of_case(progress(END)) if one.must_arrive}

    assert arriving == {"control_notice", "result_notice"}


@pytest.mark.parametrize(
    ("acts", "members", "needed"),
    [
        ([], 7, []),
        (TOLD, 7, []),
        (SCORED, 7, [("interest_declaration", 7)]),
        ([*VISITED, "present"], 0, [("presentation_record", 1)]),
        (
            END,
            7,
            [
                *(("interest_declaration", 7), ("presentation_record", 1)),
                *(("committee_minutes", 1), ("resolution", 1)),
            ],
        ),
    ],
)
def test_what_the_whole_call_must_have(
    acts: list[str], members: int, needed: list[tuple[str, int]]
) -> None:
    assert [(one.kind, one.count) for one in needs_of_whole_call(acts, members)] == needed
