"""Whatever is done to a log and to its time stamps is found, with the first bad entry (T1, S9).

The log is anchored after each checkpoint, and each anchor is an entry of the log itself. There is
no openssl here, so that nothing but the log vouches for a stamp: none has a signature at all.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from shared.evidence.anchoring import Anchoring
from shared.evidence.checkpoints import Checkpoint, sign
from shared.evidence.merkle import Frontier
from shared.evidence.offline import arithmetic, proofs
from shared.evidence.offline import verify as offline
from shared.evidence.offline.notes import token_id
from shared.keys import EvidenceKeys
from tests.databases import sqlite_address
from tests.shared.evidence_stamps import Fake, token_over
from tests.shared.evidence_world import AT, LOG, desk_in, do, exported, signed, with_other_keys
from tests.shared.toy import ORGANISATION

pytestmark = pytest.mark.one_database
EVERY, TIMES = 6, 4
ROUND = EVERY + 1
"""Acts, and the entry about the time stamp over them."""
LENGTH = ROUND * TIMES
SIZES = [ROUND * number + EVERY for number in range(TIMES)]
"""Of the checkpoints that bear a time stamp; the entry about it comes right behind. One more
checkpoint, without a stamp, covers everything."""
TAMPERINGS = 10_000
FILES = ("entries", "checkpoints", "copies")
SIDES = FILES[1:]
Lines = list[dict[str, Any]]


@dataclass
class World:
    """A whole log as it was given away, what somebody kept of it, and what the forger has."""

    folder: Path
    older: dict[str, Lines]
    """The same log at an earlier time: a backup."""
    foreign: dict[str, Lines]
    """A log of the same name and length that somebody else wrote, signed and anchored."""
    keys: EvidenceKeys
    """Our own: the forger has stolen them."""
    kept: list[offline.Note]
    """All checkpoints, kept elsewhere."""
    files: dict[str, Lines]
    known: offline.Keys = field(default_factory=dict)


def read(folder: Path) -> dict[str, Lines]:
    return {
        name: [json.loads(line) for line in (folder / LOG / f"{name}.jsonl").open("rb")]
        for name in FILES
    }


def play(desk: Any, word: str, folder: Path) -> dict[str, Lines]:
    """Act, sign and anchor in turns; return the log as it was one turn before the end."""
    authority, older = Fake(), {}
    for number in range(TIMES):
        do(desk, *(f"{word} {number}.{place}" for place in range(EVERY)))
        signed(desk)
        if number == TIMES - 1:
            older = read(exported(desk, folder / "older"))
        assert Anchoring(desk, authority).anchor(ORGANISATION) == 1
    signed(desk)
    exported(desk, folder / "whole")
    return older


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")
        ours, theirs = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("theirs")
        with desk_in(ours, sqlite_address(ours)) as desk:
            older, keys = play(desk, "act", ours), desk.keys
        with desk_in(theirs, sqlite_address(theirs)) as plain:
            play(with_other_keys(plain, theirs / "their keys"), "forged", theirs)
        whole = ours / "whole"
        known = offline.read_keys((whole / "keys.txt").read_text("utf-8"))
        kept = offline.read_marks([whole / LOG / "copies.jsonl"], known)
        files = read(whole)
        yield World(whole, older, read(theirs / "whole"), keys, kept, files, known)


def text_of(lines: Lines, name: str) -> bytes:
    order = name != "entries"
    rows = (json.dumps(one, sort_keys=order, ensure_ascii=False) for one in lines)
    return "".join(f"{row}\n" for row in rows).encode()


def write(world: World, files: dict[str, Lines]) -> None:
    for name in FILES:
        (world.folder / LOG / f"{name}.jsonl").write_bytes(text_of(files[name], name))


def first_bad(world: World, marks: list[offline.Note]) -> int | None:
    """Return the first bad entry that the verifier names; ``None`` when it says whole."""
    report = offline.judge(world.folder / LOG, world.known, marks)
    return report.faults[0][0] if report.faults else None


@dataclass(frozen=True)
class Tampered:
    """What somebody did, and what the verifier must say."""

    files: dict[str, Lines]
    expected: int
    raw: tuple[str, bytes] | None = None
    """A file that is no list of records any more."""
    has_all_marks: bool = False
    """Whether somebody kept every checkpoint, and not only the last one."""


def copy_of(files: dict[str, Lines]) -> dict[str, Lines]:
    found: dict[str, Lines] = json.loads(json.dumps(files))
    return found


def before(index: int) -> int:
    """Return where the last checkpoint stands that does not cover the entry yet."""
    return max((size for size in SIZES if size <= index), default=0)


def round_of(line: dict[str, Any]) -> int:
    """Return the size of the checkpoint that a record is or is about."""
    note = line.get("checkpoint") or line["anchor"]["checkpoint"]
    return int(note.split("\n")[1])


def smaller(size: int) -> int:
    """Return the size of the checkpoint before the one of that size."""
    return before(size - 1)


def place_of(name: str, line: dict[str, Any]) -> int:
    """Return the first bad entry when a line of one file is gone or no record any more.

    A checkpoint puts all in doubt that it covered; a time stamp only the entry that speaks of it.
    """
    if name == "entries":
        return int(line["index"])
    return smaller(round_of(line)) if "checkpoint" in line else round_of(line)


# --- Lines of any file ----------------------------------------------------------------------


def flip_bit(world: World, random: Random) -> Tampered:
    name = random.choice(FILES)
    content = bytearray(text_of(world.files[name], name))
    place = random.randrange(len(content))
    line = world.files[name][content[:place].count(b"\n")]
    content[place] ^= 1 << random.randrange(8)
    return Tampered(world.files, place_of(name, line), raw=(name, bytes(content)))


def delete_line(world: World, random: Random) -> Tampered:
    name, files = random.choice(FILES), copy_of(world.files)
    line = files[name].pop(random.randrange(len(files[name])))
    return Tampered(files, place_of(name, line))


def cut_tail(world: World, random: Random) -> Tampered:
    name, files = random.choice(FILES), copy_of(world.files)
    length = random.randrange(len(files[name]))
    line = files[name][length]
    del files[name][length:]
    return Tampered(files, place_of(name, line))


def swap_lines(world: World, random: Random) -> Tampered:
    """Exchange two entries, two checkpoints or two time stamps of one file."""
    name, files = random.choice(FILES), copy_of(world.files)
    lines = files[name]
    kind = random.choice([set(line) for line in lines])
    one, other = sorted(random.sample([n for n, x in enumerate(lines) if set(x) == kind], 2))
    expected = one if name == "entries" else last_size(lines[:one])
    lines[one], lines[other] = lines[other], lines[one]
    return Tampered(files, expected)


def insert_line(world: World, random: Random) -> Tampered:
    """Put a line a second time, right behind itself or later."""
    name, files = random.choice(FILES), copy_of(world.files)
    lines = files[name]
    source = random.randrange(len(lines))
    place = random.randrange(source + 1, len(lines) + 1)
    lines.insert(place, lines[source])
    return Tampered(files, place if name == "entries" else last_size(lines[:place]))


def last_size(lines: Lines) -> int:
    """Return the size of the last checkpoint among some lines."""
    return max((round_of(line) for line in lines if "checkpoint" in line), default=0)


# --- Entries, with everything mended that hangs on them -------------------------------------


def rehash_forward(world: World, random: Random) -> Tampered:
    files, index = copy_of(world.files), random.randrange(LENGTH)
    files["entries"][index]["act"] = "forged"
    return Tampered(rehashed(files, index), before(index))


def insert_and_rehash(world: World, random: Random) -> Tampered:
    files, index = copy_of(world.files), random.randrange(LENGTH)
    twin = {**files["entries"][index], "act": "forged"}
    files["entries"].insert(index, twin)
    return Tampered(rehashed(files, index), before(index))


def delete_and_rehash(world: World, random: Random) -> Tampered:
    files, index = copy_of(world.files), random.randrange(LENGTH - 1)
    del files["entries"][index]
    # Behind the last but one checkpoint nothing but the length can be told from a cut tail.
    return Tampered(rehashed(files, index), before(index) if index < SIZES[-1] else LENGTH - 1)


def anchored(entries: Lines) -> list[int]:
    """Return the places of the entries about time stamps."""
    return [at for at, one in enumerate(entries) if one["act"] == offline.ANCHORED[0]]


def forge_anchor_entry(world: World, random: Random) -> Tampered:
    """Let the log speak of another time stamp than the one that was made."""
    files, index = copy_of(world.files), random.choice(SIZES)
    files["entries"][index]["subject_id"] = token_id(random.randbytes(40))
    return Tampered(rehashed(files, index), before(index))


def backdate_anchor_entry(world: World, random: Random) -> Tampered:
    files, index = copy_of(world.files), random.choice(SIZES)
    year = random.randrange(1990, 2020)
    files["entries"][index]["at"] = f"{year}{files['entries'][index]['at'][4:]}"
    return Tampered(rehashed(files, index), before(index))


def swap_anchor_entries(world: World, random: Random) -> Tampered:
    files, (one, other) = copy_of(world.files), sorted(random.sample(SIZES, 2))
    first, second = files["entries"][one], files["entries"][other]
    first["subject_id"], second["subject_id"] = second["subject_id"], first["subject_id"]
    return Tampered(rehashed(files, one), before(one))


def delete_anchor_with_its_entry(world: World, random: Random) -> Tampered:
    """Take a time stamp away everywhere, the entry that speaks of it too."""
    files, index = copy_of(world.files), random.choice(SIZES[:-1])
    del files["entries"][index]
    for name in SIDES:
        files[name] = [x for x in files[name] if "anchor" not in x or round_of(x) != index]
    return Tampered(rehashed(files, index), before(index))


def replay_anchor_entry(world: World, random: Random) -> Tampered:
    """Let the log speak of an old time stamp once more, in place of another act."""
    files, index = copy_of(world.files), random.randrange(SIZES[0] + 1, LENGTH)
    old = files["entries"][random.choice([one for one in SIZES if one < index])]
    files["entries"][index] = {**old, "index": index}
    return Tampered(rehashed(files, index), before(index))


def rehashed(files: dict[str, Lines], start: int) -> dict[str, Lines]:
    entries = files["entries"]
    last = entries[start - 1]["hash"] if start else offline.NOTHING.hex()
    for number in range(start, len(entries)):
        entry = entries[number]
        entry["index"], entry["previous"] = number, last
        entry["hash"] = last = hash_of(entry)
    return files


def hash_of(entry: dict[str, Any]) -> str:
    fields = ["log", "index", "at", "act", "subject_type", "subject_id", "actor_id"]
    said = [str(entry[name] if entry[name] is not None else "") for name in fields]
    parts = [text.encode() for text in [proofs.FORMAT, *said]]
    parts += [bytes.fromhex(entry["content"]), bytes.fromhex(entry["previous"])]
    return arithmetic.leaf(b"".join(len(one).to_bytes(4, "big") + one for one in parts)).hex()


# --- Time stamps, in one place or in both ---------------------------------------------------

Act = Callable[[Lines, int, Random], None]


def on_stamps(act: Act) -> Callable[[World, Random], Tampered]:
    """Do something to a time stamp in the database, in the copies outside, or in both alike."""

    def tamper(world: World, random: Random) -> Tampered:
        files, which = copy_of(world.files), random.randrange(TIMES)
        names = random.choice([SIDES, SIDES, SIDES[:1], SIDES[1:]])
        lines = copy_of({"one": files[names[0]]})["one"]
        places = [at for at, line in enumerate(lines) if "anchor" in line]
        act(lines, places[which], random)
        for name in names:
            files[name] = lines
        return Tampered(files, SIZES[which])

    tamper.__name__ = act.__name__
    return tamper


def strip(lines: Lines, place: int, random: Random) -> None:
    del lines[place]


def spoil(lines: Lines, place: int, random: Random) -> None:
    stamp = lines[place]["anchor"]
    token = bytearray(b64decode(stamp["token"]))
    token[random.randrange(len(token))] ^= 1 << random.randrange(8)
    stamp["token"] = b64encode(token).decode()


def forge(lines: Lines, place: int, random: Random) -> None:
    """Put a stamp of one's own in the place, over the right checkpoint."""
    stamped_anew(lines, place, random, timedelta(seconds=random.randrange(10**7)))


def backdate(lines: Lines, place: int, random: Random) -> None:
    """Put a stamp in the place that claims to be years older."""
    stamped_anew(lines, place, random, -timedelta(days=random.randrange(365, 9000)))


def stamped_anew(lines: Lines, place: int, random: Random, away: timedelta) -> None:
    stamp = lines[place]["anchor"]
    digest = sha256(stamp["checkpoint"].encode()).digest()
    token = token_over(digest, AT + away, random.randbytes(8))
    stamp["token"] = b64encode(token).decode()


def replay(lines: Lines, place: int, random: Random) -> None:
    """Put the stamp over another checkpoint in the place."""
    others = [one for at, one in enumerate(lines) if "anchor" in one and at != place]
    lines[place]["anchor"]["token"] = random.choice(others)["anchor"]["token"]


def exchange_stamps(world: World, random: Random) -> Tampered:
    files, (one, other) = copy_of(world.files), sorted(random.sample(range(TIMES), 2))
    names = random.choice([SIDES, SIDES[:1], SIDES[1:]])
    for name in names:
        found = [line["anchor"] for line in files[name] if "anchor" in line]
        found[one]["token"], found[other]["token"] = found[other]["token"], found[one]["token"]
    return Tampered(files, SIZES[one])


def add_a_stamp(world: World, random: Random) -> Tampered:
    """Give the last checkpoint a stamp of which the log does not know, old or self-made."""
    files = copy_of(world.files)
    note = [line["checkpoint"] for line in files["copies"] if "checkpoint" in line][-1]
    own = token_over(sha256(note.encode()).digest(), AT - timedelta(days=random.randrange(9000)))
    old = random.choice([x["anchor"]["token"] for x in files["copies"] if "anchor" in x])
    token = random.choice([b64encode(own).decode(), old])
    for name in SIDES:
        files[name].append({"anchor": {"checkpoint": note, "roots": "roots", "token": token}})
    return Tampered(files, LENGTH)


# --- All of it anew -------------------------------------------------------------------------


def put_a_foreign_log(world: World, random: Random) -> Tampered:
    """Put the whole log of another signer in place; its checkpoints bear a key of nobody."""
    return Tampered(world.foreign, 0)


def restore_backup(world: World, random: Random) -> Tampered:
    """Put back an older state: of the entries alone, of the database, of everything."""
    names = FILES[: random.randrange(1, 4)]
    files = {name: (world.older if name in names else world.files)[name] for name in FILES}
    return Tampered(copy_of(files), SIZES[-1])


def rewrite_with_our_key(world: World, random: Random) -> Tampered:
    """Write the log anew from an entry on: checkpoints signed with our own key, stamps remade.

    What was kept elsewhere tells. Whoever kept only the last checkpoint knows that all before it
    may be another log; whoever kept all of them knows from where on it is.
    """
    files, index = copy_of(world.files), random.randrange(LENGTH)
    files["entries"][index]["subject_type"] = f"forged {random.randrange(3)}"
    files = rehashed(files, index)
    sign_anew(world, files, remakes=random.choice([True, False]))
    has_all = random.choice([True, False])
    return Tampered(files, before(index) if has_all else 0, has_all_marks=has_all)


def sign_anew(world: World, files: dict[str, Lines], *, remakes: bool) -> None:
    """Sign what the entries now are; stamp it anew or leave the stamps of other checkpoints out."""
    lines: Lines = []
    for size in [*SIZES, LENGTH]:
        note = note_of(world, files["entries"], size)
        was = [line for line in world.files["copies"] if round_of(line) == size]
        if note == was[0]["checkpoint"]:
            lines += was
            continue
        lines.append({"checkpoint": note})
        if remakes and size != LENGTH:
            token = token_over(sha256(note.encode()).digest(), AT + timedelta(days=size))
            stamp = {"checkpoint": note, "roots": "roots", "token": b64encode(token).decode()}
            lines.append({"anchor": stamp})
            files["entries"][size]["subject_id"] = token_id(token)
            rehashed(files, size)
    for name in SIDES:
        files[name] = lines


def note_of(world: World, entries: Lines, size: int) -> str:
    tree = Frontier()
    for entry in entries[:size]:
        tree = tree.append(bytes.fromhex(entry["hash"]))
    return sign(Checkpoint.of(LOG, 0, tree), world.keys)


LINES = (flip_bit, delete_line, flip_bit, swap_lines, insert_line, cut_tail)
ENTRIES = (rehash_forward, insert_and_rehash, delete_and_rehash)
ANCHOR_ENTRIES = (
    forge_anchor_entry,
    backdate_anchor_entry,
    swap_anchor_entries,
    delete_anchor_with_its_entry,
    replay_anchor_entry,
)
STAMPS = (*(on_stamps(act) for act in (strip, spoil, forge, backdate, replay)),)
OTHERS = (exchange_stamps, add_a_stamp)
WHOLE = (put_a_foreign_log, restore_backup, rewrite_with_our_key, rewrite_with_our_key)
TAMPERS = (*LINES, *ENTRIES, *ANCHOR_ENTRIES, *STAMPS, *OTHERS, *WHOLE)


def test_a_log_with_time_stamps_that_nobody_touched_is_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    write(world, world.files)

    assert first_bad(world, world.kept) is None
    assert [entry["index"] for entry in world.files["entries"]] == list(range(LENGTH))
    assert anchored(world.files["entries"]) == SIZES
    assert [note.size for note in world.kept] == [*SIZES, LENGTH]


def test_ten_thousand_tamperings_are_all_found_with_the_first_bad_entry(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    random, wrong = Random(20_260_504), []
    for number in range(TAMPERINGS):
        tamper = TAMPERS[number % len(TAMPERS)]
        done = tamper(world, random)
        write(world, done.files)
        if done.raw is not None:
            (world.folder / LOG / f"{done.raw[0]}.jsonl").write_bytes(done.raw[1])
        found = first_bad(world, world.kept if done.has_all_marks else world.kept[-1:])
        if found != done.expected:
            wrong.append((number, tamper.__name__, done.expected, found))
    assert wrong == []
