"""How many files one network address has verified: the rule, its memory, and both routes."""

import io
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from services.documents.adapters.turnstile import Turnstile
from services.documents.domain.pace import AskedTooOften, Pace
from tests.documents.offices import Office, open_office

PACE = Pace(3, timedelta(minutes=1))
HERE, THERE = "192.0.2.1", "192.0.2.2"


class Seconds:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def passed(turnstile: Turnstile, address: str, times: int = 1) -> int:
    """Return how many of so many requests got through."""
    return times - len([n for n in range(times) if wait(turnstile, address)])


def wait(turnstile: Turnstile, address: str) -> int:
    """Ask once; return the seconds of the refusal, 0 when there was none."""
    try:
        turnstile.pass_one(address)
    except AskedTooOften as refusal:
        return int(refusal.params["wait_seconds"])
    return 0


def test_after_a_rest_so_many_pass_at_once_and_then_one_a_step() -> None:
    seconds = Seconds()
    turnstile = Turnstile(PACE, seconds=seconds)

    assert passed(turnstile, HERE, 5) == 3
    assert passed(turnstile, THERE, 5) == 3

    seconds.now += 20
    assert passed(turnstile, HERE, 5) == 1
    seconds.now += 3600
    assert passed(turnstile, HERE, 5) == 3


def test_whoever_comes_back_when_told_is_let_through_and_not_before() -> None:
    seconds = Seconds()
    turnstile = Turnstile(PACE, seconds=seconds)
    passed(turnstile, HERE, 3)
    seconds.now += 7.5

    told = wait(turnstile, HERE)

    assert told == 13
    seconds.now += told - 1
    assert wait(turnstile, HERE) == 1
    seconds.now += 1
    assert wait(turnstile, HERE) == 0


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "unknown", True),
    ],
)
def test_one_visitor_is_one_place(first: str, second: str, *, is_one: bool) -> None:
    turnstile = Turnstile(PACE, seconds=Seconds())
    passed(turnstile, first, 3)

    assert (passed(turnstile, second) == 0) is is_one


def test_memory_is_bounded_and_those_who_ask_now_are_remembered() -> None:
    turnstile = Turnstile(PACE, most_places=100, seconds=Seconds())

    for number in range(5000):
        turnstile.pass_one(f"10.1.{number // 256}.{number % 256}")
        wait(turnstile, HERE)

    assert len(turnstile) == 100
    assert passed(turnstile, HERE) == 0


def test_those_who_ask_at_the_same_time_are_all_counted() -> None:
    turnstile = Turnstile(Pace(200, timedelta(hours=1)), seconds=Seconds())
    threads = [Thread(target=passed, args=(turnstile, HERE, 25)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert passed(turnstile, HERE) == 0


def ask(office: Office, place: str, language: str = "cs", **headers: str) -> Any:
    return office.app.test_client().post(
        "/api/v1/verifications",
        data={"file": (io.BytesIO(b"no document"), "soubor.pdf")},
        content_type="multipart/form-data",
        environ_base={"REMOTE_ADDR": place},
        headers={"Accept-Language": language, **headers},
    )


def look(office: Office, place: str, language: str = "cs") -> Any:
    office.app.config["WTF_CSRF_ENABLED"] = False
    return office.app.test_client().post(
        "/verify",
        data={"file": (io.BytesIO(b"no document"), "soubor.pdf")},
        content_type="multipart/form-data",
        environ_base={"REMOTE_ADDR": place},
        headers={"Accept-Language": language},
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("cs", "Další soubor přijmeme za %s s."),
        ("en", "We take the next file in %s s."),
        ("de", "Die nächste Datei nehmen wir in %s s an."),
    ],
)
def test_a_stranger_is_told_when_to_come_back(
    tmp_path: Path, database_url: str, language: str, sentence: str
) -> None:
    office = open_office(tmp_path, database_url, verifications=2)
    assert [ask(office, HERE).status_code, look(office, HERE).status_code] == [200, 200]

    refused, shown = ask(office, HERE, language), look(office, HERE, language)

    seconds = refused.headers["Retry-After"]
    assert 290 <= int(seconds) <= 300
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert refused.json["type"] == "urn:vyzva:problem:asked-too-often"
    assert sentence % seconds in refused.json["detail"]
    assert shown.status_code == 429
    assert sentence % shown.headers["Retry-After"] in shown.get_data(as_text=True)
    assert ask(office, THERE).status_code == 200


def test_who_asks_is_told_by_own_proxies_only(tmp_path: Path, database_url: str) -> None:
    bare = open_office(tmp_path / "bare", database_url, verifications=1)
    for number, status in enumerate((200, 429)):
        said = {"X-Forwarded-For": f"192.0.2.{number}"}
        assert ask(bare, "198.51.100.1", **said).status_code == status


def test_behind_the_proxy_visitors_are_not_one(tmp_path: Path, database_url: str) -> None:
    office = open_office(tmp_path, database_url, verifications=1, trusted_proxies=1)
    proxy = "10.0.0.2"

    for visitor, status in ((HERE, 200), (HERE, 429), (THERE, 200)):
        said = {"X-Forwarded-For": f"{HERE if visitor != HERE else THERE}, {visitor}"}
        assert ask(office, proxy, **said).status_code == status
