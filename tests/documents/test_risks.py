"""What is at risk: the rule as a table and as properties."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.documents.domain.risks import (
    REASONS,
    Bounds,
    Facts,
    risks_of,
    step_of,
    to_tell,
)

NOW = datetime(2026, 4, 3, 7, 12, 5, tzinfo=UTC)
DAY, YEAR = timedelta(days=1), timedelta(days=365)
BOUNDS = Bounds()
SOUND = Facts(
    kept_at=NOW - YEAR,
    state="issued",
    level="B-LTA",
    signed_at=NOW - YEAR,
    issued_at=NOW - YEAR,
    renew_by=NOW + 4 * YEAR - 180 * DAY,
    good_until=NOW + 4 * YEAR,
)
FRESH = replace(
    SOUND,
    kept_at=NOW - timedelta(hours=2),
    issued_at=NOW - timedelta(hours=2),
    signed_at=NOW - timedelta(hours=2),
    level="B-T",
    renew_by=None,
    is_recorded=False,
)
LATE = {"renew_by": NOW - 14 * DAY, "good_until": NOW + 166 * DAY}


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        pytest.param(SOUND, [], id="looked after"),
        pytest.param(FRESH, [], id="issued two hours ago: on its ordinary way"),
        pytest.param(
            replace(FRESH, good_until=NOW + 5 * DAY), [], id="issued today, the seal ends soon"
        ),
        pytest.param(
            replace(FRESH, issued_at=NOW - 3 * DAY), ["below_level"], id="B-T for three days"
        ),
        pytest.param(
            replace(FRESH, issued_at=NOW - 3 * DAY + timedelta(seconds=1)), [], id="not yet three"
        ),
        pytest.param(
            replace(FRESH, level="B-LT", issued_at=NOW - 4 * DAY), ["below_level"], id="B-LT only"
        ),
        pytest.param(
            replace(FRESH, issued_at=NOW - DAY, is_seal_replaced=True),
            ["seal_replaced"],
            id="its seal was replaced before a stamp held it",
        ),
        pytest.param(replace(FRESH, is_seal_replaced=True), [], id="replaced, but issued today"),
        pytest.param(replace(SOUND, is_seal_replaced=True), [], id="a stamp holds it"),
        pytest.param(
            replace(SOUND, level="", issued_at=None, state="signed", signed_at=NOW - DAY),
            ["unsealed"],
            id="signed a day ago, never sealed",
        ),
        pytest.param(
            replace(FRESH, level="", issued_at=None, state="signed"), [], id="signed today"
        ),
        pytest.param(replace(SOUND, renew_by=NOW - 13 * DAY), [], id="renewal due, in its grace"),
        pytest.param(replace(SOUND, **LATE), ["renewal_late"], id="renewal is late"),
        pytest.param(
            replace(SOUND, good_until=NOW + 30 * DAY, renew_by=NOW - 150 * DAY),
            ["renewal_late", "ends_soon"],
            id="ends in thirty days",
        ),
        pytest.param(
            replace(SOUND, good_until=NOW - DAY, renew_by=NOW + DAY), ["ends_soon"], id="has ended"
        ),
        pytest.param(
            replace(SOUND, algorithm_end=NOW + 165 * DAY),
            [],
            id="an algorithm was given an end: its renewal becomes due",
        ),
        pytest.param(
            replace(SOUND, algorithm_end=NOW + 20 * DAY, renew_by=NOW - 14 * DAY),
            ["renewal_late", "algorithm_ends"],
            id="the algorithm ends soon",
        ),
        pytest.param(replace(SOUND, trouble="revoked"), ["signer_revoked"], id="revoked"),
        pytest.param(replace(SOUND, trouble="not_proved"), ["unproved"], id="refused"),
        pytest.param(
            replace(SOUND, trouble="damaged", trouble_since=NOW), ["file_changed"], id="damaged"
        ),
        pytest.param(replace(SOUND, trouble="no_stamp", failures=47), [], id="an ordinary outage"),
        pytest.param(
            replace(SOUND, trouble="no_stamp", failures=48), ["care_fails"], id="a long outage"
        ),
        pytest.param(
            replace(SOUND, failures=48), [], id="failures of the past: nothing hinders it now"
        ),
        pytest.param(
            replace(SOUND, fault="missing", fault_at=NOW), ["file_missing"], id="file missing"
        ),
        pytest.param(
            replace(SOUND, fault="changed", fault_at=NOW, trouble="damaged", trouble_since=NOW),
            ["file_changed"],
            id="changed: said once though two found it",
        ),
        pytest.param(replace(SOUND, is_recorded=False), ["no_record"], id="in no record"),
        pytest.param(
            replace(SOUND, record_until=NOW + 46 * DAY),
            ["record_ends"],
            id="record's stamp ends in 46 days; renewed 60 before, 14 of grace",
        ),
        pytest.param(replace(SOUND, record_until=NOW + 47 * DAY), [], id="record in its grace"),
        pytest.param(
            replace(SOUND, state="cancelled", trouble="revoked", good_until=NOW), [], id="cancelled"
        ),
        pytest.param(Facts(kept_at=NOW - YEAR), [], id="a proof of delivery in a record"),
        pytest.param(
            Facts(kept_at=NOW - YEAR, is_recorded=False), ["no_record"], id="a proof in none"
        ),
        pytest.param(
            Facts(kept_at=NOW, fault="missing", fault_at=NOW), ["file_missing"], id="proof missing"
        ),
    ],
)
def test_what_is_at_risk_and_why(facts: Facts, reasons: list[str]) -> None:
    assert sorted(one.reason for one in risks_of(facts, BOUNDS, NOW)) == sorted(reasons)


def test_each_reason_says_when_it_is_too_late() -> None:
    fault = NOW - 2 * DAY
    facts = replace(
        SOUND,
        fault="missing",
        fault_at=fault,
        trouble="revoked",
        algorithm_end=NOW + 3 * DAY,
        record_until=NOW + 9 * DAY,
    )

    found = [(one.reason, one.too_late) for one in risks_of(facts, BOUNDS, NOW)]

    assert found == [
        ("file_missing", fault),
        ("signer_revoked", NOW + 3 * DAY),
        ("algorithm_ends", NOW + 3 * DAY),
        ("record_ends", NOW + 9 * DAY),
    ]


def test_what_has_no_known_end_is_as_urgent_as_what_has_ended() -> None:
    facts = replace(SOUND, good_until=None, trouble="revoked", record_until=NOW + DAY)

    assert [one.too_late for one in risks_of(facts, BOUNDS, NOW)] == [None, NOW + DAY]


def test_bounds_fit_into_a_short_margin() -> None:
    short = replace(BOUNDS, margin=10 * DAY)
    due = replace(SOUND, renew_by=NOW, good_until=NOW + 10 * DAY)

    assert (short.of_documents.grace, short.of_documents.near) == (5 * DAY, 5 * DAY)
    assert risks_of(due, short, NOW) == ()
    assert [one.reason for one in risks_of(due, short, NOW + 5 * DAY)] == [
        "renewal_late",
        "ends_soon",
    ]


instants = st.integers(-4000, 4000).map(lambda days: NOW + timedelta(days=days / 8))
maybe = st.none() | instants


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    fault = draw(st.sampled_from([None, "missing", "changed"]))
    trouble = draw(st.sampled_from([None, "revoked", "not_proved", "damaged", "no_stamp"]))
    return Facts(
        kept_at=draw(instants),
        state=draw(st.sampled_from(["", "draft", "signed", "issued", "cancelled"])),
        level=draw(st.sampled_from(["", "B-T", "B-LT", "B-LTA"])),
        signed_at=draw(maybe),
        issued_at=draw(maybe),
        renew_by=draw(maybe),
        good_until=draw(maybe),
        algorithm_end=draw(maybe),
        trouble=trouble,
        trouble_since=draw(instants) if trouble else None,
        failures=draw(st.integers(0, 60)),
        is_recorded=draw(st.booleans()),
        record_until=draw(maybe),
        fault=fault,
        fault_at=draw(instants) if fault else None,
    )


@given(any_facts(), st.integers(0, 4000))
@settings(max_examples=300)
def test_waiting_never_takes_a_reason_away(facts: Facts, days: int) -> None:
    now = {one.reason for one in risks_of(facts, BOUNDS, NOW)}
    later = {one.reason for one in risks_of(facts, BOUNDS, NOW + days * DAY)}

    assert now <= later <= set(REASONS)


@given(any_facts())
@settings(max_examples=300)
def test_reasons_are_said_once_and_the_most_urgent_first(facts: Facts) -> None:
    found = risks_of(facts, BOUNDS, NOW)

    assert len({one.reason for one in found}) == len(found)
    known = [one.too_late for one in found if one.too_late is not None]
    unknown = [one for one in found if one.too_late is None]
    assert known == sorted(known)
    assert list(found[: len(unknown)]) == unknown


@given(any_facts(), st.integers(1, 60))
@settings(max_examples=200)
def test_nobody_is_told_less_with_narrower_bounds(facts: Facts, failures: int) -> None:
    wide = replace(BOUNDS, level=30 * DAY, record=30 * DAY, failures=failures + 1)
    narrow = replace(wide, level=DAY, record=DAY, failures=failures)

    assert {one.reason for one in risks_of(facts, wide, NOW)} <= {
        one.reason for one in risks_of(facts, narrow, NOW)
    }


@pytest.mark.parametrize(
    ("days", "step"), [(None, 7), (-1, 7), (0, 7), (6, 7), (7, 30), (29, 30), (59, 60), (60, 90)]
)
def test_the_step_of_a_reminder(days: int | None, step: int) -> None:
    late = None if days is None else NOW + timedelta(days=days, hours=1)

    assert step_of(late, NOW) == step


@pytest.mark.parametrize(
    ("step", "told", "is_told"),
    [(90, None, True), (90, 90, False), (60, 90, True), (7, 30, True), (60, 30, False)],
)
def test_each_step_is_told_once(step: int, told: int | None, is_told: bool) -> None:
    one = UUID(int=1)
    before = {} if told is None else {one: told}

    assert to_tell({one: step}, before) == ({one: step} if is_told else {})
