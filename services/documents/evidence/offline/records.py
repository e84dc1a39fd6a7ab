"""Evidence records, verified a second time and from the letter of the standard.

Source: RFC 4998, sections 4.3 and 5.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import new as hash_of

from services.documents.evidence.offline.der import (
    HASH_NAMES,
    OCTETS,
    SEQUENCE,
    Doubt,
    Message,
    OpenSsl,
    Value,
    values_of,
)

NAMED_HASH, REDUCED_TREE = 0xA0, 0xA2


@dataclass(frozen=True)
class Link:
    """One time stamp of a record, and the lists of hashes that lead to it."""

    algorithm: str
    lists: list[list[bytes]]
    token: Message

    def top(self, leaf: bytes) -> bytes:
        """Return what must be stamped for a leaf.

        Raises:
            Doubt: the leaf is not among the hashes.
        """
        for number, hashes in enumerate(self.lists):
            if number == 0 and leaf not in hashes:
                raise Doubt("record")
            group = sorted(hashes if number == 0 else [*hashes, leaf])
            # A hash that stands alone stands for itself.
            leaf = hash_of(self.algorithm, b"".join(group)).digest() if group[1:] else group[0]
        return leaf


def judge_record(record: bytes, content: bytes, now: datetime, openssl: OpenSsl) -> datetime:
    """Return since when the content surely exists.

    Raises:
        Doubt: the record does not prove it.
    """
    chains = values_of(record)[0].parts[-1].parts
    links = [[_link(one) for one in chain.parts] for chain in chains]
    if not links or not all(links):
        raise Doubt("record")
    stamps = [link.token for chain in links for link in chain]
    times = [stamp.time for stamp in stamps]
    if times != sorted(times) or times[-1] > now:
        raise Doubt("record")
    for token, top, at in zip(
        stamps, _tops(chains, links, content), [*times[1:], now], strict=True
    ):
        openssl.check_stamp(token, top, at)
    return times[0]


def _tops(chains: Sequence[Value], links: Sequence[Sequence[Link]], content: bytes) -> list[bytes]:
    """Return what each time stamp must be of."""
    found = []
    for number, chain in enumerate(links):
        algorithm = chain[0].algorithm
        leaf = hash_of(algorithm, content).digest()
        if number:
            before = _sequence(b"".join(one.whole for one in chains[:number]))
            leaf = hash_of(algorithm, leaf + hash_of(algorithm, before).digest()).digest()
        for link in chain:
            if link.algorithm != algorithm:
                raise Doubt("record")
            found.append(link.top(leaf))
            leaf = hash_of(algorithm, link.token.der).digest()
    return found


def _link(value: Value) -> Link:
    named = [part for part in value.parts if part.tag == NAMED_HASH]
    lists = [part for part in value.parts if part.tag == REDUCED_TREE]
    tokens = [part for part in value.parts if part.tag == SEQUENCE]
    algorithm = HASH_NAMES.get(named[0].parts[0].content) if named else None
    if algorithm is None or len(tokens) != 1:
        raise Doubt("record")
    tree = [[one.content for one in group.parts if one.tag == OCTETS] for group in _all(lists)]
    return Link(algorithm, tree, Message(tokens[0].whole))


def _all(values: Sequence[Value]) -> list[Value]:
    return [part for value in values for part in value.parts]


def _sequence(content: bytes) -> bytes:
    """Return the content as a SEQUENCE with its length (X.690, 8.1.3)."""
    size = len(content)
    if size < 0x80:
        return bytes([SEQUENCE, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([SEQUENCE, 0x80 | len(length)]) + length + content
