"""The pure rules: box ids, filters, transitions, fiction, texts, scopes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.isds_simulator.domain.box_id import ALPHABET, box_id_from, check_character, is_box_id
from services.isds_simulator.domain.box_types import TYPE_NUMBERS, is_in_scope
from services.isds_simulator.domain.fiction import fiction_instant
from services.isds_simulator.domain.states import TRANSITIONS, State, filter_admits, may_follow
from services.isds_simulator.domain.texts import cleaned

PRAGUE = ZoneInfo("Europe/Prague")
FIRST_SECOND = int(datetime(2010, 1, 1, tzinfo=UTC).timestamp())
LAST_SECOND = int(datetime(2049, 1, 1, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "box_id",
    [
        "aydaadk",
        "aaaaaaa",
        "zzzzzzq",
        "vqbab52",
        "qrdae26",
        "ga2dqwf",
        "4nwahuq",
        "mw7dqvw",
        "xhzkdqv",
        "nd3b9ka",
        "9nqab6b",
    ],
)
def test_real_box_ids_check(box_id: str) -> None:
    assert is_box_id(box_id)


@pytest.mark.parametrize(
    "text", ["abcdefg", "ximacm6", "qcssvxh", "", "aydaad", "AYDAADK", "aydaad0"]
)
def test_made_up_box_ids_do_not(text: str) -> None:
    assert not is_box_id(text)


@given(st.text(ALPHABET, min_size=6, max_size=6), st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(stem: str, position: int, other: str) -> None:
    box_id = stem + check_character(stem)
    changed = box_id[:position] + other + box_id[position + 1 :]

    assert is_box_id(changed) == (changed == box_id)


@given(st.text())
def test_any_name_gives_a_box_id(name: str) -> None:
    first = box_id_from(name)
    second = box_id_from(name, attempt=1)

    assert is_box_id(first) and is_box_id(second) and first != second
    assert box_id_from(name) == first


@given(st.integers(FIRST_SECOND, LAST_SECOND))
def test_fiction_is_ten_days_later_on_the_wall_clock(second: int) -> None:
    delivered_at = datetime.fromtimestamp(second, UTC)
    fiction = fiction_instant(delivered_at)

    before, after = delivered_at.astimezone(PRAGUE), fiction.astimezone(PRAGUE)
    assert (after.date() - before.date()).days == 10
    assert after.microsecond == 0
    skew = timedelta(hours=after.hour, minutes=after.minute) - timedelta(
        hours=before.hour, minutes=before.minute
    )
    # Only a time that does not exist on the day of the change may move, by that hour.
    assert skew in {timedelta(0), timedelta(hours=1)}


def test_filters_are_sums_of_powers_of_two() -> None:
    assert all(filter_admits(-1, state) for state in State)
    assert {state for state in State if filter_admits(224, state)} == {5, 6, 7}
    assert {state for state in State if not filter_admits(1023, state)} == {State.VAULT}
    assert not filter_admits(0, State.DELIVERED)


def test_every_message_ends_erased() -> None:
    def ends(state: State) -> bool:
        return state is State.ERASED or any(ends(following) for following in TRANSITIONS[state])

    assert all(ends(state) for state in State)
    assert not may_follow(State.ERASED, State.DELIVERED)
    assert not may_follow(State.LOGIN, State.FICTION)


def test_texts_lose_what_cannot_be_seen() -> None:
    assert cleaned("a\r\nb\u00a0c\u200b\u00add\u0085\u202fe") == "a  b cd e"


@pytest.mark.parametrize(
    ("box_type", "scope", "is_in"),
    [
        ("OVM_REQ", "OVM", True),
        ("OVM_REQ", "OVM_MAIN", False),
        ("OVM", "OVM_MAIN", True),
        ("PO", "PO_ZAK", True),
        ("PO_ZAK", "PO_ZAK", True),
        ("OVM", "OVM_PO", True),
        ("PFO_ADVOK", "PFO_BASE", False),
        ("PFO_ADVOK", "PFO_ADVOK", True),
        ("PFO", "PO", False),
        ("FO", "ALL", True),
    ],
)
def test_scopes_cover_their_types(box_type: str, scope: str, is_in: bool) -> None:
    assert is_in_scope(box_type, scope) is is_in
    assert box_type in TYPE_NUMBERS
