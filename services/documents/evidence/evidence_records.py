"""Evidence records (RFC 4998): proof that a file existed before a time, renewed for good.

A record is made once and grows: before a time stamp loses its strength, another one is put over
it (time-stamp renewal); before a hash algorithm falls, the file itself is hashed anew together
with all that is proven so far (hash-tree renewal).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp

from services.documents.evidence.hash_tree import (
    ALGORITHMS,
    NotInTree,
    Path,
    digest,
    root_of,
)


class BadRecord(Exception):
    """The record does not prove what it claims; the text says why."""


DAMAGED = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
"""What reading damaged DER raises, now or at the first use of a value."""


class PartialHashtree(core.SequenceOf):  # type: ignore[misc]  # asn1crypto has no types
    """Hashes that stand beside each other."""

    _child_spec = core.OctetString


class PartialHashtrees(core.SequenceOf):  # type: ignore[misc]
    """A reduced hash tree."""

    _child_spec = PartialHashtree


class ArchiveTimeStamp(core.Sequence):  # type: ignore[misc]
    """A time stamp, and how a hash leads to what it stamps."""

    _fields = [
        ("digest_algorithm", algos.DigestAlgorithm, {"implicit": 0, "optional": True}),
        ("attributes", cms.CMSAttributes, {"implicit": 1, "optional": True}),
        ("reduced_hashtree", PartialHashtrees, {"implicit": 2, "optional": True}),
        ("time_stamp", cms.ContentInfo),
    ]


class ArchiveTimeStampChain(core.SequenceOf):  # type: ignore[misc]
    """Time stamps of one hash algorithm, each over the one before."""

    _child_spec = ArchiveTimeStamp


class ArchiveTimeStampSequence(core.SequenceOf):  # type: ignore[misc]
    """Chains, each over the file and all chains before."""

    _child_spec = ArchiveTimeStampChain


class DigestAlgorithms(core.SequenceOf):  # type: ignore[misc]
    """All hash algorithms of a record."""

    _child_spec = algos.DigestAlgorithm


class AnyValues(core.SequenceOf):  # type: ignore[misc]
    """What this product neither writes nor needs."""

    _child_spec = core.Any


class EvidenceRecord(core.Sequence):  # type: ignore[misc]
    """The whole of it."""

    _fields = [
        ("version", core.Integer),
        ("digest_algorithms", DigestAlgorithms),
        ("crypto_infos", AnyValues, {"implicit": 0, "optional": True}),
        ("encryption_info", AnyValues, {"implicit": 1, "optional": True}),
        ("sequence", ArchiveTimeStampSequence),
    ]


@dataclass(frozen=True)
class Stamp:
    """One time stamp of a record with the way that leads to it."""

    algorithm: str
    """Hash algorithm of the tree, one of ``ALGORITHMS``."""
    path: Path
    """From the hash of the file, or of what is renewed; empty where that itself is stamped."""
    token: bytes
    """The RFC 3161 token (CMS ContentInfo), DER."""


Chains = tuple[tuple[Stamp, ...], ...]
"""Chains of stamps; within one chain there is one hash algorithm."""


def record_of(chains: Chains) -> bytes:
    """Return the evidence record, DER.

    Raises:
        ValueError: there is no stamp, or a chain mixes hash algorithms.
    """
    if not chains or not all(chains):
        raise ValueError("An evidence record needs a time stamp in each chain.")
    for chain in chains:
        if len({stamp.algorithm for stamp in chain}) > 1:
            raise ValueError("One chain has one hash algorithm.")
    names = dict.fromkeys(chain[0].algorithm for chain in chains)
    return bytes(
        EvidenceRecord(
            {
                "version": 1,
                "digest_algorithms": [{"algorithm": name} for name in names],
                "sequence": _sequence(chains),
            }
        ).dump()
    )


def imprint_to_renew(algorithm: str, token: bytes) -> bytes:
    """Return the hash that a time-stamp renewal must cover: that of the former token.

    Source:
        RFC 4998, 5.2.
    """
    return digest(algorithm, token)


def imprint_to_rehash(algorithm: str, content: bytes, chains: Chains) -> bytes:
    """Return the hash that a hash-tree renewal must cover.

    Args:
        algorithm: the new hash algorithm.
        content: the file.
        chains: all that is proven so far.

    Source:
        RFC 4998, 5.2: the hash of the file's hash and the hash of the sequence, in this order.
    """
    before = digest(algorithm, bytes(_sequence(chains).dump()))
    return digest(algorithm, digest(algorithm, content) + before)


def read_record(der: bytes) -> Chains:
    """Return the chains of a record.

    Raises:
        BadRecord: it cannot be read, or uses what this reader does not know.
    """
    try:
        record = EvidenceRecord.load(der, strict=True)
        if record["version"].native != 1:
            raise BadRecord("The version is not 1.")
        return tuple(tuple(_stamp_of(one) for one in chain) for chain in record["sequence"])
    except DAMAGED as error:
        raise BadRecord("The record cannot be read.") from error


TokenCheck = Callable[[bytes, bytes, str, datetime], datetime]
"""Judges a token: (token, imprint, hash algorithm, instant at which it must hold) -> its time.

Raises ``BadRecord`` when it does not hold.
"""


def check_record(der: bytes, content: bytes, at: datetime, check_token: TokenCheck) -> datetime:
    """Return the time before which the file surely existed.

    Args:
        der: the evidence record.
        content: the file.
        at: the present; the last stamp must hold now, each earlier one when the next was made.
        check_token: judges one token.

    Raises:
        BadRecord: the record does not prove it.

    Source:
        RFC 4998, 5.3.
    """
    chains = read_record(der)
    if not chains or not all(chains):
        raise BadRecord("A chain is empty.")
    try:
        return _check_chains(chains, content, at, check_token)
    except DAMAGED as error:
        raise BadRecord("The record cannot be read.") from error


def _check_chains(
    chains: Chains, content: bytes, at: datetime, check_token: TokenCheck
) -> datetime:
    later = [stamped_at(stamp.token) for chain in chains for stamp in chain][1:]
    moments = iter([*later, at])
    times = []
    for number, chain in enumerate(chains):
        _check_one_algorithm(chain)
        for place, stamp in enumerate(chain):
            wanted = _wanted(chains, number, place, content)
            times.append(check_token(stamp.token, wanted, stamp.algorithm, next(moments)))
    if times != sorted(times):
        raise BadRecord("A renewal is older than what it renews.")
    return times[0]


def _wanted(chains: Chains, number: int, place: int, content: bytes) -> bytes:
    """Return the imprint that a stamp's token must have, following the stamp's own path."""
    stamp = chains[number][place]
    if place:
        leaf = imprint_to_renew(stamp.algorithm, chains[number][place - 1].token)
    elif number:
        leaf = imprint_to_rehash(stamp.algorithm, content, chains[:number])
    else:
        leaf = digest(stamp.algorithm, content)
    try:
        return root_of(stamp.algorithm, stamp.path, leaf)
    except NotInTree as error:
        raise BadRecord("The record is about something else.") from error


def _check_one_algorithm(chain: Sequence[Stamp]) -> None:
    if len({stamp.algorithm for stamp in chain}) > 1:
        raise BadRecord("A chain mixes hash algorithms.")


def stamped_at(token: bytes) -> datetime:
    """Return the time that a token states (aware UTC).

    Raises:
        BadRecord: it is no time-stamp token.
    """
    moment = info_of(token)["gen_time"].native
    if not isinstance(moment, datetime):
        raise BadRecord("A time stamp has no time.")
    return moment


def info_of(token: bytes) -> tsp.TSTInfo:
    """Return what a time-stamp token says.

    Raises:
        BadRecord: it is no time-stamp token.
    """
    try:
        content = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"]
        info = content.parsed
    except DAMAGED as error:
        raise BadRecord("A time stamp cannot be read.") from error
    if not isinstance(info, tsp.TSTInfo):
        raise BadRecord("A time stamp cannot be read.")
    return info


def _stamp_of(one: ArchiveTimeStamp) -> Stamp:
    named = one["digest_algorithm"]
    if named.native is None:
        imprint = info_of(one["time_stamp"].dump())["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
    else:
        algorithm = named["algorithm"].native
    if algorithm not in ALGORITHMS:
        raise BadRecord(f"The hash algorithm {algorithm} is not believed.")
    lists = one["reduced_hashtree"]
    path = () if lists.native is None else tuple(tuple(found.native) for found in lists)
    return Stamp(algorithm, path, one["time_stamp"].dump())


def _sequence(chains: Chains) -> ArchiveTimeStampSequence:
    return ArchiveTimeStampSequence([[_time_stamp(stamp) for stamp in chain] for chain in chains])


def _time_stamp(stamp: Stamp) -> ArchiveTimeStamp:
    told: dict[str, Any] = {
        "digest_algorithm": {"algorithm": stamp.algorithm},
        "time_stamp": cms.ContentInfo.load(stamp.token),
    }
    if stamp.path:
        told["reduced_hashtree"] = [list(hashes) for hashes in stamp.path]
    return ArchiveTimeStamp(told)
