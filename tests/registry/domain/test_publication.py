"""The public list and changes of the presentation date (R22, R23, R58-R60)."""

from datetime import date, timedelta

import pytest

from services.registry.domain.numbering import RegistrationNumber
from services.registry.domain.presentations import (
    ChangeReasonMissing,
    PresentationChangeTooLate,
    PresentationUnchanged,
    check_change,
    check_notice_period,
)
from services.registry.domain.publication import (
    COLUMNS,
    IntakeStillOpen,
    ReceivedRow,
    Registered,
    UndecidedApplications,
    cells,
    check_list_can_be_made,
    fiche_label,
    publication_deadline,
    received_rows,
)
from shared.money import Money

from .factories import prague

ROW = ReceivedRow(
    "Obec Kovářská",
    "Kovářská",
    "Oprava hřiště",
    fiche_label("F5", "Občanské vybavení"),
    Money.czk(2_000_000),
)


def test_list_has_exactly_the_five_columns_in_order() -> None:
    assert COLUMNS == ("applicant_name", "place", "project_title", "fiche", "requested_grant")


def test_line_is_written_as_people_write_it() -> None:
    assert cells(ROW) == (
        "Obec Kovářská",
        "Kovářská",
        "Oprava hřiště",
        "Občanské vybavení (F5)",
        "2\u00a0000\u00a0000\u00a0Kč",
    )


def test_lines_follow_registration_numbers() -> None:
    other = ReceivedRow("A", "B", "C", "D", Money.czk(1))
    registered = [
        Registered(RegistrationNumber(8, 10), ROW),
        Registered(RegistrationNumber(8, 9), other),
    ]

    assert received_rows(registered) == (other, ROW)


def test_list_waits_for_the_end_of_intake_and_all_decisions() -> None:
    closes_at = prague(29, 5)
    check_list_can_be_made(closes_at=closes_at, now=closes_at + timedelta(seconds=1), undecided=0)
    with pytest.raises(IntakeStillOpen):
        check_list_can_be_made(closes_at=closes_at, now=closes_at, undecided=0)
    with pytest.raises(UndecidedApplications):
        check_list_can_be_made(closes_at=closes_at, now=prague(30, 5), undecided=2)


@pytest.mark.parametrize(
    ("closed", "due"),
    [
        pytest.param(prague(29, 5), date(2026, 6, 5), id="plain week"),
        pytest.param(prague(28, 6), date(2026, 7, 7), id="two holidays in July"),
    ],
)
def test_list_is_due_seven_days_after_the_end_of_intake(closed: object, due: date) -> None:
    assert publication_deadline(closed).due == due  # type: ignore[arg-type]  # a table


OLD = prague(18, 6, 16)


def test_change_needs_a_difference_and_a_reason() -> None:
    check_change(old_at=OLD, new_at=prague(25, 6), is_place_same=True, reason="volby")
    check_change(old_at=OLD, new_at=OLD, is_place_same=False, reason="oprava sálu")
    with pytest.raises(PresentationUnchanged):
        check_change(old_at=OLD, new_at=OLD, is_place_same=True, reason="volby")
    with pytest.raises(ChangeReasonMissing):
        check_change(old_at=OLD, new_at=prague(25, 6), is_place_same=True, reason=" ")


def test_new_date_is_known_a_week_ahead() -> None:
    assert check_notice_period(prague(25, 6), announced_on=date(2026, 6, 18))
    with pytest.raises(PresentationChangeTooLate) as refusal:
        check_notice_period(prague(24, 6), announced_on=date(2026, 6, 18))

    assert refusal.value.params["earliest"] == date(2026, 6, 25)


def test_shorter_notice_passes_only_with_a_recorded_reason() -> None:
    is_kept = check_notice_period(
        prague(24, 6), announced_on=date(2026, 6, 18), override_reason="havárie v sále"
    )

    assert not is_kept
