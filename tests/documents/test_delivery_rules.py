"""Deliveries: boxes, channels, outcomes of a sending, the day of delivery."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain import boxes, channels, deliveries, paper
from services.documents.domain.deliveries import Moment
from services.documents.domain.isds_outcome import Exchange, classify
from services.documents.domain.legal_delivery import (
    BoxEvent,
    DeliveryRules,
    LegalDelivery,
    is_undeliverable,
    legal_delivery,
    presumed_arrival,
)
from services.documents.domain.outages import BackOff, rest_after
from shared.errors import DomainError

T0 = datetime(2026, 4, 1, 8, tzinfo=UTC)
FAR = date(2026, 12, 31)


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
        "9nqab6b",
    ],
)
def test_real_box_identifiers_pass(box_id: str) -> None:
    assert boxes.check_box_id(f" {box_id.upper()} ") == box_id


@pytest.mark.parametrize(
    "box_id", ["abcdefg", "ximacm6", "qcssvxh", "", "aydaad", "aydaadkk", "0ydaadk"]
)
def test_misspelt_box_identifiers_are_refused(box_id: str) -> None:
    with pytest.raises(boxes.BadBoxId):
        boxes.check_box_id(box_id)


@given(st.text(boxes.ALPHABET, min_size=6, max_size=6), st.integers(0, 5))
def test_one_wrong_character_is_noticed(first_six: str, position: int) -> None:
    box_id = first_six + boxes.check_character(first_six)
    other = boxes.ALPHABET[(boxes.ALPHABET.index(box_id[position]) + 1) % 32]
    wrong = box_id[:position] + other + box_id[position + 1 :]

    with pytest.raises(boxes.BadBoxId):
        boxes.check_box_id(wrong)


@pytest.mark.parametrize(
    ("requested", "box", "channel"),
    [
        ("auto", "usable", "data_box"),
        ("auto", "none", "post"),
        ("auto", "unusable", "post"),
        ("auto", "unknown", None),
        ("post", "none", "post"),
        ("in_person", "none", "in_person"),
        ("in_person", "unusable", "in_person"),
        ("post", "unknown", None),
    ],
)
def test_the_channel_follows_the_box(requested: str, box: str, channel: str | None) -> None:
    assert channels.choose_channel(requested, box) == channel


@pytest.mark.parametrize("requested", ["post", "in_person"])
def test_paper_is_refused_where_a_box_can_be_used(requested: str) -> None:
    with pytest.raises(channels.DataBoxMustBeUsed):
        channels.choose_channel(requested, "usable", "aydaadk")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"tracking_number": " "}, paper.TrackingNumberMissing),
        ({"tracking_number": "RR"}, paper.TrackingNumberMissing),
        ({"posted_on": date(2026, 4, 11)}, paper.ProofFromFuture),
        ({"posted_on": date(2026, 3, 31)}, paper.ProofBeforeIssue),
    ],
)
def test_posting_needs_a_real_proof(changes: dict[str, object], error: type[DomainError]) -> None:
    proof = {
        "posted_on": date(2026, 4, 2),
        "tracking_number": "rr 123 456 785 cz",
        "issued_on": date(2026, 4, 1),
        "today": date(2026, 4, 10),
    }
    assert paper.check_posting(**proof) == "RR123456785CZ"  # type: ignore[arg-type]

    with pytest.raises(error):
        paper.check_posting(**{**proof, **changes})  # type: ignore[arg-type]


def test_handing_over_needs_the_receiver() -> None:
    day = date(2026, 4, 2)
    with pytest.raises(paper.ReceiverMissing):
        paper.check_hand_over(handed_over_on=day, received_by="  ", issued_on=day, today=day)
    assert (
        paper.check_hand_over(
            handed_over_on=day, received_by=" Jan  Novák ", issued_on=day, today=day
        )
        == "Jan Novák"
    )


@pytest.mark.parametrize(
    ("exchange", "kind", "retry"),
    [
        pytest.param(Exchange(False), "not_created", "later", id="nobody answered the door"),
        pytest.param(Exchange(True), "unknown", None, id="time-out after the first byte"),
        pytest.param(Exchange(True, 503), "unknown", None, id="gateway page"),
        pytest.param(Exchange(True, 599), "unknown", None, id="599"),
        pytest.param(Exchange(True, 200), "unknown", None, id="unreadable answer"),
        pytest.param(Exchange(True, 401), "not_created", "later", id="bad login"),
        pytest.param(Exchange(True, 403), "not_created", "later", id="bad certificate"),
        pytest.param(Exchange(True, 200, "0000", "123"), "created", None, id="created"),
        pytest.param(Exchange(True, 200, "0000"), "unknown", None, id="success without a number"),
        pytest.param(Exchange(True, 200, "3008"), "not_created", "later", id="throttled"),
        pytest.param(Exchange(True, 200, "1232"), "not_created", "never", id="box takes no PDZ"),
        pytest.param(Exchange(True, 200, "9500"), "unknown", None, id="server trouble"),
        pytest.param(Exchange(True, 200, "7777"), "unknown", None, id="unlisted code"),
        pytest.param(Exchange(True, 500, "1232"), "unknown", None, id="a code in a 500"),
    ],
)
def test_outcomes_of_a_sending(exchange: Exchange, kind: str, retry: str | None) -> None:
    outcome = classify(exchange)

    assert (outcome.kind, outcome.retry) == (kind, retry)


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("age", "last_look", "attempts", "action"),
    [
        (0, None, 1, "wait"),
        (2, None, 1, "wait"),
        (4, None, 1, "look"),
        (5, 4, 1, "wait"),
        (15, 4, 1, "look"),
        (20, 15, 1, "wait"),
        (30, 15, 1, "look"),
        (31, 30, 1, "resend"),
        (31, 30, 3, "ask_person"),
        (600, None, 1, "look"),
    ],
)
def test_unknown_messages_are_looked_for_before_anything_is_sent_again(
    age: int, last_look: int | None, attempts: int, action: str
) -> None:
    looked = None if last_look is None else T0 + last_look * MINUTE

    plan = deliveries.plan_look_up(
        lost_at=T0,
        last_look_at=looked,
        looked_after=(last_look or 0) * MINUTE,
        attempts=attempts,
        now=T0 + age * MINUTE,
    )

    assert plan.action == action


@pytest.mark.parametrize(
    ("lost", "last_look", "looked_after", "now", "action"),
    [
        pytest.param(0, 31, 1, 31, "wait", id="our clock jumped: the look counts for a minute"),
        pytest.param(0, 31, 1, 45, "look", id="its next look comes when the rest has passed"),
        pytest.param(60, None, 0, 0, "look", id="the loss lies in the future: look, do not wait"),
        pytest.param(0, 60, 20, 10, "look", id="the look lies in the future: look again"),
        pytest.param(0, 10, 30, 10, "resend", id="only what certainly passed leads to sending"),
        pytest.param(None, None, 0, 0, "look", id="nothing is in doubt: one look"),
        pytest.param(None, 0, 0, 0, "resend", id="nothing is in doubt, and nothing was found"),
    ],
)
def test_a_clock_that_is_set_makes_a_period_longer_at_worst(
    lost: int | None, last_look: int | None, looked_after: int, now: int, action: str
) -> None:
    plan = deliveries.plan_look_up(
        lost_at=None if lost is None else T0 + lost * MINUTE,
        last_look_at=None if last_look is None else T0 + last_look * MINUTE,
        looked_after=looked_after * MINUTE,
        attempts=1,
        now=T0 + now * MINUTE,
    )

    assert plan.action == action


def moment(ours: int, theirs: int | None) -> Moment:
    return Moment(T0 + ours * MINUTE, None if theirs is None else T0 + theirs * MINUTE)


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        pytest.param(moment(0, 0), moment(30, 30), 30, id="both clocks are right"),
        pytest.param(moment(60, 0), moment(90, 30), 30, id="ours is an hour ahead all the time"),
        pytest.param(moment(0, 0), moment(90, 30), 30, id="ours was set forward meanwhile"),
        pytest.param(moment(0, 0), moment(30, 90), 30, id="theirs was set forward meanwhile"),
        pytest.param(moment(60, 0), moment(31, 31), 0, id="ours was set back"),
        pytest.param(moment(0, 60), moment(31, 31), 0, id="theirs was set back"),
        pytest.param(moment(0, None), moment(31, 31), 0, id="theirs was not known then"),
        pytest.param(moment(0, 0), moment(31, None), 0, id="theirs is not known now"),
    ],
)
def test_only_what_both_clocks_say_has_certainly_passed(
    since: Moment, until: Moment, minutes: int
) -> None:
    assert deliveries.certainly_passed(since, until) == minutes * MINUTE


@pytest.mark.parametrize(
    ("lost", "asked", "begun"),
    [
        pytest.param(moment(0, 0), moment(5, 5), moment(0, 0), id="as it was"),
        pytest.param(moment(0, None), moment(5, 7), moment(0, 7), id="theirs is known now"),
        pytest.param(moment(60, None), moment(5, 7), moment(5, 7), id="known, and ours was ahead"),
        pytest.param(moment(60, 0), moment(5, 5), moment(5, 5), id="ours was set back"),
        pytest.param(moment(0, 60), moment(5, 5), moment(5, 5), id="theirs was set back"),
    ],
)
def test_a_period_begins_anew_when_a_clock_was_set_back(
    lost: Moment, asked: Moment, begun: Moment
) -> None:
    assert deliveries.begun_again(lost, asked) == begun


@pytest.mark.parametrize(
    ("was_put_off", "waited", "looks"),
    [
        pytest.param(False, 0, False, id="just issued, nothing was in the way"),
        pytest.param(False, 9, False, id="a short queue"),
        pytest.param(False, 10, True, id="it was held, its dispatch paused, or the worker off"),
        pytest.param(True, 0, True, id="ISDS was out of reach, or the login refused"),
        pytest.param(True, 600, True, id="an outage of hours"),
    ],
)
def test_what_had_to_wait_is_looked_for_before_it_is_sent(
    was_put_off: bool, waited: int, looks: bool
) -> None:
    assert deliveries.looks_first(was_put_off=was_put_off, waited=waited * MINUTE) is looks


@pytest.mark.parametrize(
    "reason", sorted(deliveries.RETRY_REASONS | {"undeliverable", "duplicate"})
)
@pytest.mark.parametrize("message_id", [None, "1000001"])
def test_what_isds_holds_is_never_tried_again(reason: str, message_id: str | None) -> None:
    is_allowed = deliveries.retry_is_allowed(reason, message_id)

    assert is_allowed is (message_id is None and reason in deliveries.RETRY_REASONS)


def test_a_person_and_a_suspicion_lead_to_a_look_not_to_a_sending() -> None:
    assert deliveries.DELIVERY.apply("needs_person", "retry") == "unknown"
    assert deliveries.DELIVERY.apply("ready", "suspect") == "unknown"


def test_paper_never_follows_an_unknown_outcome() -> None:
    assert not deliveries.takes_paper(deliveries.NEEDS_PERSON, deliveries.NOT_FOUND)
    assert not deliveries.takes_paper(deliveries.NEEDS_PERSON, deliveries.DUPLICATE)
    assert not deliveries.takes_paper(deliveries.NEEDS_PERSON, None)
    assert deliveries.takes_paper(deliveries.NEEDS_PERSON, deliveries.NO_BOX)
    assert not deliveries.takes_paper(deliveries.UNKNOWN, deliveries.NO_BOX)
    assert not deliveries.DELIVERY.allows("unknown", "post")
    assert not deliveries.DELIVERY.allows("sending", "put_back_to_paper")


def event(code: str, day: int, month: int = 3, hour: int = 12) -> BoxEvent:
    return BoxEvent(code, datetime(2026, month, day, hour, tzinfo=UTC))


@pytest.mark.parametrize(
    ("box_type", "events", "expected"),
    [
        pytest.param(20, [event("EV0", 24)], None, id="submitted only"),
        pytest.param(20, [event("EV0", 24), event("EV5", 24)], None, id="in the box, unread"),
        pytest.param(
            10, [event("EV5", 24)], LegalDelivery(date(2026, 3, 24), "ovm"), id="authority"
        ),
        pytest.param(
            30,
            [event("EV5", 24), event("EV11", 26)],
            LegalDelivery(date(2026, 3, 26), "login"),
            id="login",
        ),
        pytest.param(
            30,
            [event("EV5", 24), event("EV2", 3, 4)],
            LegalDelivery(date(2026, 4, 7), "fiction"),
            id="tenth day is Good Friday",
        ),
        pytest.param(
            30,
            [event("EV5", 24), event("EV2", 3, 4), event("EV11", 5, 4)],
            LegalDelivery(date(2026, 4, 5), "login"),
            id="login within the shift",
        ),
        pytest.param(
            30,
            [event("EV5", 24), event("EV2", 3, 4), event("EV12", 20, 4)],
            LegalDelivery(date(2026, 4, 7), "fiction"),
            id="late login changes nothing",
        ),
        pytest.param(
            30,
            [event("EV5", 24, hour=23), event("EV1", 25)],
            LegalDelivery(date(2026, 3, 25), "login"),
            id="days are Prague days",
        ),
    ],
)
def test_the_day_of_delivery(
    box_type: int, events: list[BoxEvent], expected: LegalDelivery | None
) -> None:
    assert legal_delivery(recipient_type=box_type, events=events, today=FAR) == expected


def test_fiction_waits_for_its_shifted_day() -> None:
    events = [event("EV5", 24), event("EV2", 3, 4)]

    assert legal_delivery(recipient_type=30, events=events, today=date(2026, 4, 6)) is None


def test_closed_boxes_and_viruses_are_undeliverable() -> None:
    assert is_undeliverable(8, [])
    assert is_undeliverable(3, [])
    assert is_undeliverable(4, [event("EV3", 24)])
    assert not is_undeliverable(4, [event("EV5", 24)])


@pytest.mark.parametrize(("days", "arrives"), [(3, 9), (1, 7), (5, 13)])
def test_post_is_presumed_to_arrive_on_the_third_working_day_or_another(
    days: int, arrives: int
) -> None:
    assert presumed_arrival(date(2026, 4, 2), days) == date(2026, 4, arrives)


@pytest.mark.parametrize(
    ("is_paid", "shifts", "day"),
    [(True, True, 7), (True, False, 3), (False, True, 7), (False, False, 7)],
)
def test_whether_a_paid_message_waits_for_a_working_day_is_a_rule(
    is_paid: bool, shifts: bool, day: int
) -> None:
    """The tenth day is Good Friday, and Easter follows."""
    found = legal_delivery(
        recipient_type=30,
        events=[event("EV5", 24), event("EV2", 3, 4)],
        today=FAR,
        is_paid=is_paid,
        rules=DeliveryRules(paid_fiction_shifts=shifts),
    )

    assert found == LegalDelivery(date(2026, 4, day), "fiction")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([event("EV5", 24)], None),
        ([event("EV5", 24), event("EV11", 26)], LegalDelivery(date(2026, 3, 26), "login")),
        ([event("EV5", 24), event("EV2", 3, 4)], LegalDelivery(date(2026, 4, 7), "fiction")),
    ],
)
def test_whether_an_authority_has_it_once_it_is_put_in_is_a_rule(
    events: list[BoxEvent], expected: LegalDelivery | None
) -> None:
    rules = DeliveryRules(authority_when_put_in=False)

    found = legal_delivery(recipient_type=10, events=events, today=FAR, rules=rules)

    assert found == expected


@pytest.mark.parametrize(
    ("state", "reason", "message_id", "may_be"),
    [
        pytest.param(deliveries.READY, None, None, True, id="ready"),
        pytest.param(deliveries.UNKNOWN, None, None, True, id="unknown"),
        pytest.param(deliveries.NEEDS_PERSON, deliveries.NO_BOX, None, True, id="no box"),
        pytest.param(deliveries.NEEDS_PERSON, deliveries.REFUSED, "7001", False, id="a number"),
        pytest.param(
            deliveries.NEEDS_PERSON, deliveries.UNDELIVERABLE, "7001", False, id="undeliverable"
        ),
        pytest.param(deliveries.NEEDS_PERSON, deliveries.RETURNED, None, False, id="returned"),
        pytest.param(deliveries.NEEDS_PERSON, deliveries.DUPLICATE, None, False, id="two of them"),
        pytest.param(deliveries.SENT, None, "7001", False, id="sent"),
        pytest.param(deliveries.WAITING, None, None, False, id="not issued"),
    ],
)
def test_a_restored_backup_makes_doubtful_only_what_the_data_box_can_tell_of(
    state: str, reason: str | None, message_id: str | None, may_be: bool
) -> None:
    assert deliveries.may_be_forgotten(state, reason, message_id) is may_be


@pytest.mark.parametrize(
    ("code", "state", "is_accepted", "basis"),
    [
        pytest.param("EV14", 6, True, "login", id="a login whose code is new"),
        pytest.param("EV14", 6, False, None, id="no time of acceptance"),
        pytest.param("EV14", 4, True, None, id="not logged in to"),
        pytest.param("EV2", 6, True, "fiction", id="fiction came first"),
    ],
)
def test_a_login_with_an_unknown_code_counts_by_state_and_acceptance(
    code: str, state: int, *, is_accepted: bool, basis: str | None
) -> None:
    put_in = datetime(2026, 3, 2, 9, tzinfo=UTC)
    events = [BoxEvent("EV5", put_in), BoxEvent(code, put_in + timedelta(days=10))]

    found = legal_delivery(
        recipient_type=20,
        events=events,
        today=date(2026, 6, 1),
        message_state=state,
        accepted_at=put_in + timedelta(days=10) if is_accepted else None,
    )

    assert (found.basis if found else None) == basis


@pytest.mark.parametrize(
    ("ahead", "corrected"),
    [
        pytest.param(timedelta(days=1), True, id="a day ahead"),
        pytest.param(timedelta(minutes=4), False, id="as clocks differ"),
        pytest.param(timedelta(days=-1), False, id="behind"),
    ],
)
def test_a_clock_that_was_ahead_is_set_right_by_the_stamp(
    ahead: timedelta, *, corrected: bool
) -> None:
    stamped = datetime(2026, 3, 2, 9, tzinfo=UTC)
    ours = stamped + ahead

    found = deliveries.dispatched_by_stamp(ours, stamped)

    assert found == (stamped if corrected else ours)
    assert deliveries.dispatched_by_stamp(None, stamped) is None
    assert deliveries.dispatched_by_stamp(ours, None) == ours


def test_what_failed_together_does_not_come_back_together() -> None:
    rules = BackOff()
    ids = [UUID(int=number) for number in range(200)]

    for failures, whole in ((1, rules.first), (3, 4 * rules.first), (99, rules.longest)):
        rests = [rest_after(failures, one, rules) for one in ids]

        assert all(whole * (1 - rules.spread) <= rest <= whole for rest in rests)
        assert max(rests) - min(rests) > whole * rules.spread / 2
