"""Whoever asks has a log proven up to now, once, or learns until when it waits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from shared.clock import SystemClock
from shared.config import SettingsError, load
from shared.development import development_authority
from shared.evidence.anchoring import LONGEST_PAUSE, Stamp, StampUnavailable
from shared.evidence.authorities import authorities_of
from shared.evidence.extracts import log_parts
from shared.evidence.keeping import Desk, last_anchor
from shared.evidence.proving import prove_now, prove_or_wait
from tests.shared.evidence_stamps import Fake
from tests.shared.evidence_world import LOG, desk_in, do, signed
from tests.shared.toy import ORGANISATION, ToySettings

HOUR = timedelta(seconds=LONGEST_PAUSE)


class Away:
    """An authority that does not answer."""

    def stamp(self, organisation_id: UUID, digest: bytes) -> Stamp:
        raise StampUnavailable("away")


@pytest.fixture
def desk(tmp_path: Path, each_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("PATH", "")  # the stamps here only have the form of one
    with desk_in(tmp_path, each_database_url) as desk:
        do(desk, "receive", "check")
        yield desk


def test_what_was_done_a_moment_ago_is_stamped_and_nothing_twice(desk: Desk) -> None:
    stamper = Fake()

    assert prove_now(desk, stamper, ORGANISATION) == 2
    assert prove_now(desk, Away(), ORGANISATION) == 2  # only the stamping itself is new
    do(desk, "register")
    assert prove_now(desk, stamper, ORGANISATION) == 4


def test_a_log_without_entries_needs_nobody(desk: Desk) -> None:
    reach = prove_or_wait(desk, Away(), UUID(int=99))

    assert (reach.until, reach.waits_until) == (0, None)


def test_while_nobody_answers_it_is_said_when_the_worker_will_have_asked(desk: Desk) -> None:
    first = prove_or_wait(desk, Away(), ORGANISATION)
    prove_now(desk, Fake(), ORGANISATION)
    do(desk, "register")
    seldom = replace(desk, rules=replace(desk.rules, stamps=timedelta(days=1000)))

    later = prove_or_wait(seldom, Away(), ORGANISATION)

    last, now = last_anchor(desk, ORGANISATION), SystemClock().now()
    assert (first.log, first.until, later.until) == (LOG, None, None)
    assert first.waits_until is not None and now < first.waits_until <= now + HOUR
    assert last is not None and later.waits_until == last + seldom.rules.stamps + HOUR


def test_a_log_that_does_not_continue_is_told_whole_and_not_cut(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Leaving out what cannot be proven would hide that the log is broken."""
    signed(desk)
    desk.copies.append(ORGANISATION, ["no record"])
    do(desk, "register")

    assert prove_now(desk, Fake(), ORGANISATION) is None
    assert "evidence log is broken" in caplog.text


def test_what_happens_meanwhile_belongs_to_the_next_bundle(desk: Desk) -> None:
    until = prove_now(desk, Fake(), ORGANISATION)
    do(desk, "register")

    (cut,) = log_parts(desk, "toy", ORGANISATION, [UUID(int=0)], until=until)
    (whole,) = log_parts(desk, "toy", ORGANISATION, [UUID(int=0)], until=None)
    about_nothing = list(log_parts(desk, "toy", ORGANISATION, [UUID(int=77)], until=None))

    assert cut.text.count('"entry"') == 1 and '"anchor": null' not in cut.text
    assert whole.name.endswith(".txt")  # no checkpoint covers the newest entry yet
    assert about_nothing == []


def test_authorities_are_read_from_the_settings_and_keys_stay_where_they_are(
    tmp_path: Path,
) -> None:
    own, given = development_authority(tmp_path), tmp_path / "given.pem"
    settings = load(ToySettings, var=tmp_path, evidence_authorities=given)
    given.write_text(pem("CERTIFICATE", "Z2l2ZW4="))

    before = authorities_of(settings)
    own.parent.mkdir(parents=True)
    own.write_text(pem("PRIVATE KEY", "a2V5") + pem("CERTIFICATE", "b3du"))

    assert before == pem("CERTIFICATE", "Z2l2ZW4=")
    assert authorities_of(settings) == before + pem("CERTIFICATE", "b3du")


@pytest.mark.parametrize("content", [None, "nothing of the kind", "\xff"])
def test_authorities_that_cannot_be_read_are_refused_at_once(
    tmp_path: Path, content: str | None
) -> None:
    given = tmp_path / "given.pem"
    if content is not None:
        given.write_text(content, "latin-1")

    with pytest.raises(SettingsError, match=r"given\.pem"):
        authorities_of(load(ToySettings, var=tmp_path, evidence_authorities=given))


def pem(kind: str, content: str) -> str:
    return f"-----BEGIN {kind}-----\n{content}\n-----END {kind}-----\n"
