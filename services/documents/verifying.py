"""The verifier with the register behind it: which profile, whose authorities, which document."""

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from uuid import UUID

from sqlalchemy.orm import Session

from services.documents.service.identity import (
    Identity,
    identity_of,
    names_a_record,
    seals_of_register,
    translated,
)
from services.documents.service.register import document_with, registered
from services.documents.tools import Tools
from services.documents.verification.findings import finding
from services.documents.verification.issued import IssuedDocument, revision_hashes
from services.documents.verification.report import Profile, Report, Verdict
from services.documents.verification.sandbox import Sandbox
from services.documents.verification.trust import WEAK_SINCE, Trust, day_of
from services.documents.verification.verifier import Question, with_finding
from shared.clock import PRAGUE

UNHURRIED = 3.0
"""Seconds for the comparison of all pages, where the verdict counts more than who waits for it."""


@cache
def sandbox() -> Sandbox:
    """Return the processes that verify; one set for the whole process."""
    return Sandbox()


def trust_of(tools: Tools) -> Trust:
    """Return what this installation believes, with what its own authorities say just now."""
    return replace(beliefs_of(tools), crls=tools.own_lists_of_revoked)


def beliefs_of(tools: Tools) -> Trust:
    """Return what this installation believes, without a list that is signed when it is asked for.

    The authorities above its seals, those under which people may sign, and the roots of its time
    stamps; what stands between is known, but not believed as such.
    """
    accepted = [item.dump() for item in tools.authorities]
    roots = [item.dump() for item in tools.outfit.stamp_roots]
    between = [*tools.outfit.above_seals, *tools.outfit.above_stamps]
    return Trust(
        at=tools.clock.now(),
        anchors=tuple(dict.fromkeys((*tools.trust_anchors, *accepted, *roots))),
        between=tuple(dict.fromkeys(item.dump() for item in between)),
        revoked=tools.revocations.told_revoked(),
        lists=tuple(tools.shelf.lists()),
        weak_since=WEAK_SINCE | tools.settings.algorithm_policy.weak_since,
        refuses_development=not tools.is_development,
    )


def admit(tools: Tools, address: str | None) -> None:
    """Count a stranger's file before anything is done with it.

    Args:
        address: Where the request came from, as the connection or our own proxies tell it.

    Raises:
        AskedTooOften: that place has to wait.
    """
    tools.turnstile.pass_one(address or "")


@dataclass(frozen=True)
class Judged:
    """The verdict about a file, and the document of ours that it is or begins with."""

    report: Report
    identity: Identity | None


def judge(
    tools: Tools,
    session: Session,
    data: bytes,
    *,
    record_id: UUID | None = None,
    with_pictures: bool = False,
) -> Judged:
    """Judge anybody's file; what is ours, or says so, by the rules of our own documents.

    Args:
        record_id: The document that the file must be, as a QR code names it.

    Raises:
        Busy: too many files wait.
    """
    identity, question = _asked(tools, session, data)
    session.rollback()  # the verification takes its time; no transaction waits for it
    question = replace(question, with_pictures=with_pictures)
    report = sandbox().verify(question)
    if identity is None and names_a_record(session, report.names_records):
        session.rollback()
        report = sandbox().verify(replace(question, profile=Profile.OWN, names_record=True))
    session.rollback()
    return Judged(_identified(report, identity, record_id), identity)


def _asked(tools: Tools, session: Session, data: bytes) -> tuple[Identity | None, Question]:
    """Return which document of ours the file is, and by what it is to be judged."""
    question = Question(data, trust_of(tools), seals=our_seals(tools, session))
    document = document_with(session, revision_hashes(data)) if data else None
    if document is not None:
        known = registered(session, document)
        question = replace(question, profile=Profile.OWN, issued=known)
        return identity_of(session, document), question
    original = translated(session, data)
    if original is not None:
        return identity_of(session, original, is_translation=True), question
    return None, question


def _identified(report: Report, identity: Identity | None, record_id: UUID | None) -> Report:
    """Add what the register says beside the signatures."""
    if identity is not None and identity.is_translation:
        report = with_finding(report, finding("translation", number=identity.number))
    by = identity.corrected_by if identity is not None else None
    if by is not None and by.issued_at is not None:
        day = day_of(by.issued_at.astimezone(PRAGUE))
        report = with_finding(report, finding("corrected", number=by.number, day=day))
    if record_id is None or (identity is not None and identity.record_id == record_id):
        return report
    is_genuine = report.profile is Profile.OWN and report.verdict is Verdict.PASSED
    if identity is not None and is_genuine:
        return with_finding(report, finding("another-of-ours", number=identity.number))
    return with_finding(report, finding("other-document"))


def our_seals(tools: Tools, session: Session) -> tuple[str, ...]:
    """Return the fingerprints of the certificates of all seals that are or were in use here.

    From the settings, from the register of certificates, and of the development PKI.
    """
    made = tools.pki.seal_certificates() if tools.pki is not None else []
    present = [hashlib.sha256(one).hexdigest() for one in (*made, *tools.outfit.seal_certificates)]
    return tuple(sorted({*present, *seals_of_register(session)}))


def judge_own(tools: Tools, known: IssuedDocument, data: bytes) -> Report:
    """Judge a file that must be a certain document of ours.

    Raises:
        Busy: too many files wait.
    """
    question = Question(data, trust_of(tools), Profile.OWN, known, seconds=UNHURRIED)
    return sandbox().verify(question)
