"""Well-formed answers whose values are wrong: no value ends in a surprise, here or in the database.

The leaves of a good answer get other texts, are dropped, doubled or cut in two by an element.
"""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import GatewayRefused, GatewayUnavailable
from services.documents.domain.isds_outcome import CREATED, Exchange, classify
from shared.calendar_cz import prague_day
from tests.documents.hostile_answers import http
from tests.documents.isds_calls import CALLS, NUMBERS, good_answer
from tests.documents.raw_answering import Spoiling, raw_answering
from tests.documents.test_isds_hostile import EVERY, gateway

pytestmark = pytest.mark.one_database
LONGEST_STORED = 4_096
LARGEST_STORED = 2**31 - 1
TEXTS = st.one_of(
    st.text(
        st.characters(
            codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
        ),
        max_size=40,
    ),
    st.integers().map(str),
    st.datetimes().map(datetime.isoformat),
    st.sampled_from(
        [
            *("", " ", "\n", "-1", "+5", "1e9", "NaN", "1_000", "٣", "0x10", "9" * 5_000, "²"),
            *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999-14:00", "2026-02-30T00:00:00"),
            *("2026-04-01", "2026-04-01T24:00:00", "10:00", "2026-04-01T10:00:00+99:00", "0000"),
            *("5001", "3008", "1201", "W===", "WkZP=", "WkZP" * 3, "=", "true", "TRUE", "' OR 1=1"),
            *("aydaadk", "71", "72", "1" * 20, "1" * 21, "x" * 4_096, "x" * 4_097, "\u202e\u200b"),
        ]
    ),
)
CHANGES = st.sampled_from(["text", "nil", "drop", "double", "cut", "attribute"])
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
quick = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def server(socket_enabled: None) -> Iterator[Spoiling]:
    with raw_answering() as raw:
        yield raw


def changed(body: bytes, draw: Callable[[st.SearchStrategy[str]], str], at: float) -> bytes:
    """Return a good answer in which one leaf is not what it was."""
    root = etree.fromstring(body)
    leaves = [item for item in root.iter() if not len(item)]
    leaf = leaves[int(at * len(leaves))]
    match draw(CHANGES):
        case "text":
            leaf.text = draw(TEXTS)
        case "nil":
            leaf.set(NIL, "true")
        case "drop":
            leaf.getparent().remove(leaf)
        case "double":
            leaf.addnext(etree.fromstring(etree.tostring(leaf)))
            leaf.text = draw(TEXTS)
        case "cut":
            etree.SubElement(leaf, "x").tail = draw(TEXTS)
        case _:
            leaf.attrib.update({name: draw(TEXTS) for name in leaf.attrib} or {"x": draw(TEXTS)})
    return bytes(etree.tostring(root, encoding="utf-8"))


def assert_storable(value: object) -> None:
    """A value must fit into the database and the calendar, whatever it is."""
    match value:
        case str():
            assert len(value) <= LONGEST_STORED and "\x00" not in value
        case datetime():
            assert prague_day(value.astimezone(UTC)) is not None
        case bool() | None | bytes() | date():
            return
        case int():
            assert abs(value) <= LARGEST_STORED
        case list() | tuple():
            for item in value:
                assert_storable(item)
        case dict():
            assert_storable([*value.values()])
        case _:
            assert dataclasses.is_dataclass(value), value
            assert_storable([getattr(value, one.name) for one in dataclasses.fields(value)])


@EVERY
def test_a_wrong_value_is_refused_or_harmless(server: Spoiling, operation: Operation) -> None:
    isds: IsdsGateway = gateway(server)

    @quick
    @given(data=st.data(), at=st.floats(0, 1, exclude_max=True))
    def ask(data: st.DataObject, at: float) -> None:
        server.spoils = operation
        spoilt = http(changed(good_answer(operation), data.draw, at))
        server.answer = lambda _body: spoilt
        server.asked.clear()
        try:
            value = CALLS[operation].call(isds)
        except (GatewayUnavailable, GatewayRefused) as error:
            assert len(str(error)) < 2 * LONGEST_STORED
            value = None
        assert_storable(value)
        assert server.asked.count(operation) == 1
        if CALLS[operation].creates:
            assert_plausible(value)

    ask()


def assert_plausible(value: object) -> None:
    """A message counts as created only under a number that ISDS may have given."""
    for seen in value.values() if isinstance(value, dict) else [value]:
        assert isinstance(seen, Exchange)
        outcome = classify(seen)
        if outcome.kind == CREATED:
            assert outcome.message_id is not None
            assert outcome.message_id.isascii() and outcome.message_id.isdecimal()
            assert len(outcome.message_id) <= 20


@pytest.mark.parametrize("bad", ["", "7 1", "71a", "-71", "1" * 21, "٧١", "71</dmID><dmID>72"])
@pytest.mark.parametrize("operation", [one for one in Operation if CALLS[one].creates])
def test_a_number_that_is_none_creates_nothing(
    server: Spoiling, operation: Operation, bad: str
) -> None:
    server.spoils = operation
    old = f"<dmID>{NUMBERS[0]}</dmID>".encode()
    server.answer = lambda body: http(body.replace(old, f"<dmID>{bad}</dmID>".encode()))

    value = CALLS[operation].call(gateway(server))

    (seen, *_) = value.values() if isinstance(value, dict) else [value]
    assert classify(seen).kind == "unknown"
