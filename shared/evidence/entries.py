"""Entries of the evidence log: each holds the hash of the one before, and no personal data."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from shared.evidence.merkle import Frontier, leaf_hash

FORMAT = "vyzva-evidence-1"
"""Begins every entry, so that a later format is never mistaken for this one."""
NOTHING = bytes(32)
"""Stands before the first entry."""


@dataclass(frozen=True)
class Entry:
    """One act, as the log keeps it for good."""

    log: str
    """Which log: the service and the organisation."""
    index: int
    """Place in the log, from 0."""
    at: datetime
    """When the act was recorded (aware UTC, real time)."""
    act: str
    subject_type: str
    subject_id: UUID
    actor_id: UUID | None
    """Who acted; ``None`` for a service."""
    content: bytes
    """Salted SHA-256 of what the audit trail says beside this: names, values, details."""
    previous: bytes
    """Hash of the entry before; ``NOTHING`` for the first."""

    @property
    def hash(self) -> bytes:
        """The 32 bytes that stand for the entry, in the chain and in the tree."""
        return leaf_hash(self.encoded())

    def encoded(self) -> bytes:
        """Return the bytes that are hashed: every field with its length before it."""
        fields = (
            FORMAT,
            self.log,
            str(self.index),
            self.at.isoformat(),
            self.act,
            self.subject_type,
            str(self.subject_id),
            str(self.actor_id or ""),
        )
        parts = [*(field.encode() for field in fields), self.content, self.previous]
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def content_hash(salt: bytes, facts: Any) -> bytes:
    """Return the salted hash of facts; once the salt is gone it says nothing about them.

    Args:
        salt: random, 16 bytes, kept beside the facts and erased together with them.
        facts: JSON values.
    """
    return sha256(salt + canonical(facts).encode()).digest()


def canonical(facts: Any) -> str:
    """Return JSON values as the one text that is hashed."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Kept:
    """An entry as it was found, with the hash that was stored beside it."""

    entry: Entry | None
    """``None`` when what it was about is gone."""
    hash: bytes


@dataclass(frozen=True)
class Mark:
    """What was said about the log at some time, outside of it: how long it was, and its root."""

    size: int
    root: bytes


class FaultKind(StrEnum):
    """What is wrong with a log."""

    MISSING = "missing"
    """An entry is not there, or something stands in its place."""
    CHANGED = "changed"
    """The entry is not what was hashed."""
    UNLINKED = "unlinked"
    """The entry does not follow the one before it."""
    CUT = "cut"
    """There were more entries when the mark was made."""
    REWRITTEN = "rewritten"
    """Entries are consistent with each other, but not with what was marked."""
    UNSIGNED = "unsigned"
    """A checkpoint in the database or among its copies bears no signature of ours."""
    COPIES = "copies"
    """The copies outside the database are damaged, or say what the database does not."""
    UNVOUCHED = "unvouched"
    """Somebody wrote into the audit trail past the product; no entry vouches for it."""
    UNRECORDED = "unrecorded"
    """A table says of a file that it was issued, and no act in the log says so."""
    ANCHOR = "anchor"
    """A time stamp is not what an authority made over its checkpoint, or it is gone."""
    STRANGER = "stranger"
    """A time stamp is good, but none of the authorities that the installation believes made it."""


@dataclass(frozen=True)
class Fault:
    """Where a log is broken."""

    kind: FaultKind
    index: int
    """The first entry that is not to be trusted; for ``REWRITTEN`` the first that can be it."""


def first_fault(log: str, kept: Iterable[Kept], marks: Sequence[Mark] = ()) -> Fault | None:
    """Return the first fault of a log, ``None`` when it is whole.

    Args:
        log: which log it must be.
        kept: the entries in the order of their index.
        marks: what was said about the log outside of it, in any order. Without marks a cut tail
            and a log that was rewritten as a whole cannot be told.
    """
    frontier, previous, roots = Frontier(), NOTHING, {mark.size for mark in marks}
    found = {0: frontier.root}
    for index, one in enumerate(kept):
        fault = fault_of(one, log, index, previous)
        if fault is not None:
            return Fault(fault, index)
        previous, frontier = one.hash, frontier.append(one.hash)
        if frontier.size in roots:
            found[frontier.size] = frontier.root
    trusted = 0
    for size, group in groupby(sorted(marks, key=_size), key=_size):
        if size > frontier.size:
            return Fault(FaultKind.CUT, frontier.size)
        if any(mark.root != found[size] for mark in group):
            return Fault(FaultKind.REWRITTEN, trusted)
        trusted = size
    return None


def _size(mark: Mark) -> int:
    return mark.size


def fault_of(one: Kept, log: str, index: int, previous: bytes) -> FaultKind | None:
    """Return what is wrong with the entry that must stand at the index, after the previous hash."""
    entry = one.entry
    if entry is None or entry.index != index or entry.log != log:
        return FaultKind.MISSING
    if entry.hash != one.hash:
        return FaultKind.CHANGED
    return FaultKind.UNLINKED if entry.previous != previous else None
