"""Whatever is done to the time stamps of a log, in both places alike, the log itself tells."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from shared.evidence.anchoring import Anchoring, Stamp
from shared.evidence.offline import verify as offline
from tests.databases import sqlite_address
from tests.shared.evidence_world import LOG, desk_in, do, exported, signed
from tests.shared.toy import ORGANISATION

pytestmark = pytest.mark.one_database
TIMES = 4
TAMPERINGS = 2_000
PLACES = ("checkpoints", "copies")


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    head = bytes([length]) if length < 128 else b"\x82" + length.to_bytes(2, "big")
    return bytes([tag]) + head + content


def token_over(digest: bytes, at: datetime, more: bytes = b"") -> bytes:
    """Return what has the form of a time stamp (RFC 3161); nobody has signed it."""
    imprint = der(0x30, der(0x30), der(0x04, digest))
    time = der(0x18, at.strftime("%Y%m%d%H%M%SZ").encode())
    info = der(0x30, der(2, b"\x01"), der(6, b"\x2a"), imprint, der(2, b"\x07"), time)
    content = der(0x30, der(6, b"\x2a"), der(0xA0, der(0x04, info)))
    signed_data = der(0x30, der(2, b"\x03"), der(0x31), content, der(0x31, der(0x04, more)))
    return der(0x30, der(6, b"\x2a"), der(0xA0, signed_data))


class Fake:
    """An authority whose stamps only have the form of one; each is made a day after another."""

    def __init__(self) -> None:
        self._at = datetime(2026, 5, 4, tzinfo=UTC)

    def stamp(self, organisation_id: UUID, digest: bytes) -> Stamp:
        """Return a time stamp over the digest."""
        self._at += timedelta(days=1)
        return Stamp(token_over(digest, self._at), "roots")


@dataclass
class World:
    """An exported log with its time stamps, each line of which is a record."""

    folder: Path
    lines: list[dict[str, Any]]
    places: list[int]
    """Of the entries that speak of the stamps, in the order of the stamps."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make a log; without openssl, so that nothing but the log itself vouches for a stamp."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")
        folder = tmp_path_factory.mktemp("anchored")
        authority, places, length = Fake(), list[int](), 0
        with desk_in(folder, sqlite_address(folder)) as desk:
            for number in range(TIMES):
                do(desk, f"act {number}", f"other {number}")
                signed(desk)
                assert Anchoring(desk, authority, timedelta(0)).anchor(ORGANISATION) == 1
                length += 3
                places.append(length - 1)
            signed(desk)
            target = exported(desk, folder / "out")
        text = (target / LOG / "copies.jsonl").read_text("utf-8")
        yield World(target, [json.loads(line) for line in text.splitlines()], places)


def anchors(lines: list[dict[str, Any]]) -> list[int]:
    return [place for place, line in enumerate(lines) if "anchor" in line]


def write(world: World, lines: list[dict[str, Any]]) -> None:
    text = "".join(f"{json.dumps(one, sort_keys=True, ensure_ascii=False)}\n" for one in lines)
    for name in PLACES:
        (world.folder / LOG / f"{name}.jsonl").write_text(text, "utf-8")


def faults(world: World) -> list[tuple[int, str]]:
    keys = offline.read_keys((world.folder / "keys.txt").read_text("utf-8"))
    return offline.judge(world.folder / LOG, keys, []).faults


Tamper = Callable[[list[dict[str, Any]], int, Random], None]


def strip(lines: list[dict[str, Any]], place: int, random: Random) -> None:
    del lines[place]


def flip(lines: list[dict[str, Any]], place: int, random: Random) -> None:
    stamp = lines[place]["anchor"]
    token = bytearray(b64decode(stamp["token"]))
    token[random.randrange(len(token))] ^= 1 << random.randrange(8)
    stamp["token"] = b64encode(token).decode()


def make_anew(lines: list[dict[str, Any]], place: int, random: Random) -> None:
    """Put a stamp of one's own in the place, over the right checkpoint and at any time."""
    stamp = lines[place]["anchor"]
    digest, at = sha256(stamp["checkpoint"].encode()).digest(), datetime(2026, 5, 5, tzinfo=UTC)
    own = token_over(digest, at + timedelta(seconds=random.randrange(10**6)), random.randbytes(8))
    stamp["token"] = b64encode(own).decode()


def exchange(lines: list[dict[str, Any]], place: int, random: Random) -> None:
    other = random.choice([one for one in anchors(lines) if one != place])
    one, two = lines[place]["anchor"], lines[other]["anchor"]
    one["token"], two["token"] = two["token"], one["token"]


TAMPERS: list[Tamper] = [strip, flip, make_anew, exchange]


def test_a_log_with_time_stamps_that_nobody_touched_is_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    write(world, world.lines)

    assert faults(world) == []
    assert len(anchors(world.lines)) == TIMES


def test_whatever_is_done_to_a_stamp_the_entry_that_speaks_of_it_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    random, missed = Random(20_260_505), []
    for number in range(TAMPERINGS):
        tamper = TAMPERS[number % len(TAMPERS)]
        lines = json.loads(json.dumps(world.lines))
        which = random.randrange(TIMES)
        tamper(lines, anchors(lines)[which], random)
        write(world, lines)
        if (world.places[which], "stripped") not in faults(world):
            missed.append((number, tamper.__name__, which))
    write(world, world.lines)

    assert missed == []
