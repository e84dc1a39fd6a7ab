"""Real concurrency: 3008 above the limit, 3009 for a throttled box, 2210 for archives."""

import time
from typing import Any

from .conftest import MAS, Simulator


def test_a_throttled_box_waits_and_may_not_ask_twice_at_once(simulator: Simulator) -> None:
    mas = simulator.wire()
    simulator.control.post(f"boxes/{MAS}/throttle", seconds=0.4)
    begun = time.monotonic()

    assert mas.list_sent().code == "0000"

    assert time.monotonic() - begun >= 0.4
    with simulator.office.load.watched(MAS, most=50, throttle_ms=0):
        assert mas.list_sent().code == "3009"
        assert mas.list_received().code == "3009"
        assert simulator.wire("mesto", "heslo-mesto").list_sent().code == "0000"
    assert mas.list_sent().code == "0000"


def test_what_is_not_watched_is_not_throttled(simulator: Simulator) -> None:
    with simulator.office.load.watched(MAS, most=50, throttle_ms=0):
        simulator.control.post(f"boxes/{MAS}/throttle", seconds=5)

        assert simulator.wire().call("dz", "DummyOperation").code == "0000"


def test_more_than_the_limit_at_once_get_3008(start: Any) -> None:
    simulator = start(parallel_limit=1)
    office = simulator.office
    mas = simulator.wire()

    with office.load.watched(MAS, most=1, throttle_ms=0):
        refused = mas.list_sent()

    assert refused.code == "3008"
    assert MAS in (refused.text("dmStatusMessage") or "")
    assert mas.list_sent().code == "0000"


def test_archives_are_counted_for_a_box_and_for_all(simulator: Simulator) -> None:
    load = simulator.office.load
    inner = "<dmMessage>YQ==</dmMessage>"

    def code(username: str, secret: str) -> str:
        return simulator.wire(username, secret).call("arch", "ArchiveISDSDocument", inner).code

    with (
        load.archiving(MAS, most=20, most_of_box=2),
        load.archiving(MAS, most=20, most_of_box=2),
    ):
        assert code("mas", "heslo-mas") == "2210"
        assert code("mesto", "heslo-mesto") == "2200"
    assert code("mas", "heslo-mas") == "2200"
