"""Which signed records an application and a call must have here by now. Pure."""

from collections.abc import Sequence

from services.registry.domain.states import ApplicationState
from shared.missing_records import Need


def needs_of_application(state: str, *, was_registered: bool) -> Sequence[Need]:
    """Return what an application must have by now.

    Args:
        state: where it stands (``ApplicationState``).
        was_registered: also of one that was withdrawn later.

    Source:
        R97 (1), (2): the folder record and the control sheet; R98 and A3: what applicants get.
    """
    if was_registered:
        return [
            Need("intake_record", "R97 (1)"),
            Need("control_sheet", "R97 (2)"),
            Need("registration_receipt", "R98"),
        ]
    if state == ApplicationState.REFUSED:
        return [Need("control_sheet", "R97 (2)"), Need("refusal", "R98")]
    return []


def needs_of_call(*, is_published: bool, is_closed: bool) -> Sequence[Need]:
    """Return what a call must have by now.

    Source:
        R97 (8): the programme committee's decision; R98: the call and, by R22, the list of
        received applications.
    """
    wanted = (
        (is_published, Need("allocation_decision", "R97 (8)")),
        (is_published, Need("call_text", "R98")),
        (is_closed, Need("received_list", "R98")),
    )
    return [need for is_due, need in wanted if is_due]
