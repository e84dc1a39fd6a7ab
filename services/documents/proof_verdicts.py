"""The verdict about each proof of a delivery, reached anew whenever somebody looks.

Nothing is believed because it was believed once: the file is read from the store, its seal and its
time stamp are checked, and it must still be about this very delivery. A seal whose certificate has
ended by now is judged at the moment since which an evidence record holds the file (RFC 4998).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.documents.adapters.files import FileDamaged, FileMissing, StoreUnavailable
from services.documents.delivery.port import DeliveryInfo
from services.documents.delivery.proofs import (
    BadProof,
    read_delivery_proof,
    read_sent_proof,
)
from services.documents.domain.deliveries import DELIVERY_INFO, SENT_MESSAGE
from services.documents.domain.documents import ISSUED
from services.documents.domain.proof_faults import FILE_DAMAGED, FILE_MISSING
from services.documents.models import Delivery, Document, Proof
from services.documents.service.records import held_until, proven_since
from services.documents.service.register import issued_files
from services.documents.service.work import Work
from services.documents.tools import Tools
from shared.contracts.codec import from_json, to_json

GOOD, BAD, UNKNOWN = "good", "bad", "unknown"
HAND_OVER = "hand_over"

# What was checked and held.
FILE, SEAL, ISSUER, OWN_HASH = "file", "seal", "issuer", "own_hash"
MESSAGE, ATTACHMENT, TOGETHER, FACTS = "message", "attachment", "together", "facts"
RECORD, READ_BY_PERSON = "record", "read_by_person"
FAULTS: dict[type[Exception], str] = {FileMissing: FILE_MISSING, FileDamaged: FILE_DAMAGED}


@dataclass(frozen=True)
class ProofVerdict:
    """What is known of a proof now."""

    proof: Proof
    verdict: str
    """``good``, ``bad``, or ``unknown`` while the file cannot be had."""
    judged_at: datetime
    held: tuple[str, ...]
    """Checks that the file passed, in their order."""
    fault: str = ""
    """Why the verdict is bad: a ``ProofFault``, one of ``FAULTS``, or the check that failed."""
    proven_since: datetime | None = None
    """Since when an evidence record holds the file."""
    held_until: datetime | None = None
    """When the newest time stamp of that record ends; it is renewed before."""


class _Fault(Exception):
    """A check that did not hold."""


def judge_proofs(work: Work, tools: Tools, delivery: Delivery) -> list[ProofVerdict]:
    """Return the verdict about each proof of a delivery, the oldest first."""
    return [_judged(work, tools, delivery, proof) for proof in delivery.proofs]


def _judged(work: Work, tools: Tools, delivery: Delivery, proof: Proof) -> ProofVerdict:
    held: list[str] = []
    since = proven_since(work, proof.sha256)
    verdict, fault = GOOD, ""
    try:
        content = tools.files.get(proof.sha256)
        held.append(FILE)
        for check in _checks(work, tools, delivery, proof, content):
            held.append(check)
    except StoreUnavailable:
        verdict = UNKNOWN
    except (FileMissing, FileDamaged) as error:
        verdict, fault = BAD, FAULTS[type(error)]
    except BadProof as error:
        verdict, fault = BAD, error.fault
    except _Fault as error:
        verdict, fault = BAD, str(error)
    until = held_until(work, proof.sha256) if since is not None else None
    return ProofVerdict(proof, verdict, work.now, tuple(held), fault, since, until)


def _checks(
    work: Work, tools: Tools, delivery: Delivery, proof: Proof, content: bytes
) -> Iterator[str]:
    """Give each check that held.

    Raises:
        BadProof, _Fault: the first that did not.
    """
    at = proven_since(work, proof.sha256) or work.now
    if proof.kind == SENT_MESSAGE:
        yield from _sent_message(work, tools, delivery, proof, content, at)
    elif proof.kind == DELIVERY_INFO:
        yield from _delivery_info(tools, delivery, proof, content, at)
    elif proof.kind == HAND_OVER:
        yield from _hand_over(work, delivery, proof)
    else:
        yield READ_BY_PERSON


def _sent_message(
    work: Work, tools: Tools, delivery: Delivery, proof: Proof, content: bytes, at: datetime
) -> Iterator[str]:
    sent = read_sent_proof(content, trust=tools.seal_trust, at=at)
    yield from _sealed(tools)
    yield OWN_HASH
    yield _held(MESSAGE, _is_ours(delivery, sent.info))
    known = issued_files(work.session, delivery.document) | {delivery.sha256}
    yield _held(ATTACHMENT, any(one in known for one in sent.file_hashes))
    said = {**to_json(sent.info), "files": list(sent.file_hashes)}
    yield _held(FACTS, said == proof.facts)


def _delivery_info(
    tools: Tools, delivery: Delivery, proof: Proof, content: bytes, at: datetime
) -> Iterator[str]:
    info = read_delivery_proof(content, trust=tools.seal_trust, at=at)
    yield from _sealed(tools)
    yield _held(MESSAGE, _is_ours(delivery, info))
    copy = next((one for one in reversed(delivery.proofs) if one.kind == SENT_MESSAGE), None)
    if copy is not None:
        message = from_json(DeliveryInfo, copy.facts)
        same = (message.message_hash, message.stamped_at) == (info.message_hash, info.stamped_at)
        yield _held(TOGETHER, same)
    yield _held(FACTS, to_json(info) == proof.facts)


def _is_ours(delivery: Delivery, info: DeliveryInfo) -> bool:
    told = (info.message_id, info.recipient_box, info.sender_reference)
    return told == (delivery.message_id, delivery.data_box_id, delivery.sender_reference)


def _sealed(tools: Tools) -> Iterator[str]:
    yield SEAL
    if tools.seal_roots:
        yield ISSUER


def _hand_over(work: Work, delivery: Delivery, proof: Proof) -> Iterator[str]:
    yield READ_BY_PERSON
    record = work.session.get(Document, delivery.receipt_id) if delivery.receipt_id else None
    facts: dict[str, Any] = record.facts if record is not None else {}
    if record is not None and record.state == ISSUED:
        yield _held(RECORD, facts.get("scan_sha256") == proof.sha256)


def _held(check: str, is_good: bool) -> str:
    if not is_good:
        raise _Fault(check)
    return check
