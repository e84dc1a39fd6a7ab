"""Whatever is done to a log is found, and the first bad entry is named (T1, S9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.evidence.entries import (
    NOTHING,
    Entry,
    Fault,
    FaultKind,
    Kept,
    Mark,
    content_hash,
    first_fault,
)
from shared.evidence.merkle import root_of

pytestmark = pytest.mark.one_database

LOG = "registry/00000000-0000-0000-0000-000000000001"
BEGIN = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
LENGTH = 60
EVERY = 7
"""Entries between two marks."""
TAMPERINGS = 10_000


def extended(kept: list[Kept], *, act: str = "receive", log: str = LOG) -> Kept:
    """Return the entry that follows the kept ones."""
    index = len(kept)
    entry = Entry(
        log=log,
        index=index,
        at=BEGIN + timedelta(minutes=index),
        act=act,
        subject_type="application",
        subject_id=UUID(int=index % 9),
        actor_id=UUID(int=7) if index % 5 else None,
        content=content_hash(bytes(16), {"name": f"Žadatel {index}"}),
        previous=kept[-1].hash if kept else NOTHING,
    )
    return Kept(entry, entry.hash)


def grown(length: int, act: str = "receive", start: list[Kept] | None = None) -> list[Kept]:
    kept = [*(start or [])]
    while len(kept) < length:
        kept.append(extended(kept, act=act))
    return kept


WHOLE = grown(LENGTH)
MARKS = [
    Mark(size, root_of([one.hash for one in WHOLE[:size]])) for size in range(EVERY, LENGTH, EVERY)
]
LAST_MARK = MARKS[-1].size


def test_a_log_that_nobody_touched_has_no_fault() -> None:
    assert first_fault(LOG, WHOLE, MARKS) is None
    assert first_fault(LOG, []) is None
    assert first_fault(LOG, grown(LENGTH + 5, start=WHOLE), MARKS) is None


@pytest.mark.parametrize("index", [0, EVERY - 1, EVERY, 3 * EVERY + 2, LAST_MARK - 1])
def test_marks_made_with_our_own_key_over_a_rewritten_log_hide_nothing(index: int) -> None:
    """Whoever rewrites the database signs it anew; the copies outside still say what was."""
    forged = grown(LENGTH, act="forged", start=WHOLE[:index])
    own = [Mark(one.size, root_of([x.hash for x in forged[: one.size]])) for one in MARKS]

    fault = first_fault(LOG, forged, [*own, *MARKS])

    assert fault == Fault(FaultKind.REWRITTEN, index // EVERY * EVERY)


def changed_entry(entry: Entry, random: Random) -> Entry:
    flip = 1 << random.randrange(8)
    changes: list[dict[str, object]] = [
        {"act": entry.act + "d"},
        {"at": entry.at + timedelta(microseconds=1)},
        {"subject_type": "call"},
        {"subject_id": UUID(int=entry.subject_id.int ^ flip)},
        {"actor_id": UUID(int=99)},
        {"content": bytes([entry.content[0] ^ flip]) + entry.content[1:]},
        {"previous": bytes([entry.previous[0] ^ flip]) + entry.previous[1:]},
        {"act": entry.act + entry.subject_type[:1], "subject_type": entry.subject_type[1:]},
    ]
    return replace(entry, **random.choice(changes))  # type: ignore[arg-type]  # a table of changes


def flip(random: Random) -> tuple[list[Kept], int]:
    """Change a field and leave its hash."""
    index = random.randrange(LENGTH)
    one = WHOLE[index]
    return [
        *WHOLE[:index],
        replace(one, entry=changed_entry(one.entry, random)),
        *WHOLE[index + 1 :],
    ], index


def flip_hash(random: Random) -> tuple[list[Kept], int]:
    """Change a stored hash."""
    index, place = random.randrange(LENGTH), random.randrange(32)
    one = WHOLE[index]
    bad = bytearray(one.hash)
    bad[place] ^= 1 << random.randrange(8)
    return [*WHOLE[:index], replace(one, hash=bytes(bad)), *WHOLE[index + 1 :]], index


def rehash(random: Random) -> tuple[list[Kept], int]:
    """Change a field and mend its hash, and nothing after it."""
    index = random.randrange(LENGTH - 1)
    entry = changed_entry(WHOLE[index].entry, random)
    bad = index if entry.previous != WHOLE[index].entry.previous else index + 1
    return [*WHOLE[:index], Kept(entry, entry.hash), *WHOLE[index + 1 :]], bad


def delete(random: Random) -> tuple[list[Kept], int]:
    """Take an entry out of the middle."""
    index = random.randrange(LENGTH - 1)
    return [*WHOLE[:index], *WHOLE[index + 1 :]], index


def insert(random: Random) -> tuple[list[Kept], int]:
    """Put a well-made entry into the middle."""
    index = random.randrange(1, LENGTH)
    return [*WHOLE[:index], extended(WHOLE[:index], act="forged"), *WHOLE[index:]], index + 1


def swap(random: Random) -> tuple[list[Kept], int]:
    """Exchange two entries."""
    one, other = sorted(random.sample(range(LENGTH), 2))
    kept = [*WHOLE]
    kept[one], kept[other] = kept[other], kept[one]
    return kept, one


def foreign(random: Random) -> tuple[list[Kept], int]:
    """Put the entry of another log in the place of an own one."""
    index = random.randrange(LENGTH)
    return [
        *WHOLE[:index],
        extended(WHOLE[:index], log="registry/other"),
        *WHOLE[index + 1 :],
    ], index


WITHIN = (flip, flip_hash, rehash, delete, insert, swap, foreign)


def test_ten_thousand_tamperings_within_are_found_with_the_first_bad_entry() -> None:
    random = Random(20_260_504)
    missed = []
    for number in range(TAMPERINGS):
        tamper: Callable[[Random], tuple[list[Kept], int]] = WITHIN[number % len(WITHIN)]
        kept, index = tamper(random)
        fault = first_fault(LOG, kept)
        if fault is None or fault.index != index:
            missed.append((tamper.__name__, index, fault))
    assert missed == []


@pytest.mark.parametrize("length", range(LAST_MARK))
def test_a_cut_tail_is_found(length: int) -> None:
    """The same is what a restored older backup looks like."""
    assert first_fault(LOG, WHOLE[:length], MARKS) == Fault(FaultKind.CUT, length)


@pytest.mark.parametrize("index", range(LAST_MARK))
def test_a_log_rewritten_from_an_entry_on_is_found_between_two_marks(index: int) -> None:
    rewritten = grown(LENGTH, act="forged", start=WHOLE[:index])

    fault = first_fault(LOG, rewritten, MARKS)

    assert first_fault(LOG, rewritten) is None
    assert fault == Fault(FaultKind.REWRITTEN, index // EVERY * EVERY)


@given(cut=st.integers(0, LENGTH), other=st.integers(0, LENGTH))
def test_two_histories_put_together_are_never_whole(cut: int, other: int) -> None:
    second = grown(LENGTH, act="other")
    merged = [*WHOLE[:cut], *second[other:]]

    is_one_of_both = merged in (WHOLE[:cut], second)
    assert (first_fault(LOG, merged) is None) == is_one_of_both


def test_fields_do_not_run_into_each_other() -> None:
    one = WHOLE[3].entry
    other = replace(one, act=one.act + "a", subject_type=one.subject_type[1:])

    assert one.act + one.subject_type == other.act + other.subject_type
    assert one.hash != other.hash


def test_without_its_salt_a_content_says_nothing() -> None:
    facts = {"name": "Jana Nováková"}

    assert content_hash(b"a" * 16, facts) != content_hash(b"b" * 16, facts)
    assert content_hash(b"a" * 16, facts) == content_hash(b"a" * 16, dict(facts))
