"""R97 (1), (2), (8) and R98: which signed records registry must have by now."""

import pytest

from services.registry.domain.evidence import needs_of_application, needs_of_call


@pytest.mark.parametrize(
    ("state", "was_registered", "kinds"),
    [
        ("received", False, []),
        ("registered", True, ["intake_record", "control_sheet", "registration_receipt"]),
        ("withdrawn", True, ["intake_record", "control_sheet", "registration_receipt"]),
        ("withdrawn", False, []),
        ("refused", False, ["control_sheet", "refusal"]),
    ],
)
def test_an_application_needs_what_was_done_with_it(
    state: str, was_registered: bool, kinds: list[str]
) -> None:
    needs = needs_of_application(state, was_registered=was_registered)

    assert [one.kind for one in needs] == kinds


@pytest.mark.parametrize(
    ("published", "closed", "kinds"),
    [
        (False, False, []),
        (True, False, ["allocation_decision", "call_text"]),
        (True, True, ["allocation_decision", "call_text", "received_list"]),
    ],
)
def test_a_call_needs_the_decision_and_the_list(
    published: bool, closed: bool, kinds: list[str]
) -> None:
    needs = needs_of_call(is_published=published, is_closed=closed)

    assert [one.kind for one in needs] == kinds
