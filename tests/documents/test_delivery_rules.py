"""Deliveries: boxes, channels, outcomes of a sending, the day of delivery."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain import boxes, channels, deliveries, paper
from services.documents.domain.isds_outcome import REFUSALS, Exchange, classify
from services.documents.domain.legal_delivery import (
    BoxEvent,
    LegalDelivery,
    is_undeliverable,
    legal_delivery,
    presumed_arrival,
)
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
        "tracking_number": "rr 123 456 789 cz",
        "issued_on": date(2026, 4, 1),
        "today": date(2026, 4, 10),
    }
    assert paper.check_posting(**proof) == "RR123456789CZ"  # type: ignore[arg-type]

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


@given(
    st.builds(
        Exchange,
        request_started=st.just(True),
        http_status=st.one_of(st.none(), st.integers(100, 599)),
        code=st.one_of(st.none(), st.from_regex(r"\A[0-9]{4}\Z")),
        message_id=st.one_of(st.none(), st.just("1")),
    )
)
def test_nothing_is_called_not_created_without_a_definite_word(exchange: Exchange) -> None:
    outcome = classify(exchange)

    if outcome.kind == "not_created":
        definite = exchange.http_status == 200 and exchange.code in REFUSALS | {"3008", "3009"}
        assert definite or exchange.http_status in (401, 403)
    if outcome.kind == "created":
        assert exchange.message_id


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
        lost_at=T0, last_look_at=looked, attempts=attempts, now=T0 + age * MINUTE
    )

    assert plan.action == action


def test_paper_never_follows_an_unknown_outcome() -> None:
    assert not deliveries.paper_is_allowed(deliveries.NOT_FOUND)
    assert not deliveries.paper_is_allowed(deliveries.DUPLICATE)
    assert not deliveries.paper_is_allowed(None)
    assert deliveries.paper_is_allowed(deliveries.NO_BOX)
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


def test_post_is_presumed_to_arrive_on_the_third_working_day() -> None:
    assert presumed_arrival(date(2026, 4, 2)) == date(2026, 4, 9)
