"""The verifier with the register behind it: which profile, whose authorities, which document."""

from dataclasses import replace
from functools import cache

from asn1crypto import x509
from sqlalchemy.orm import Session

from services.documents.domain.records import FileUnsound
from services.documents.service.register import document_with, registered
from services.documents.signing.paths import load_certificates
from services.documents.tools import Tools
from services.documents.verification.issued import IssuedDocument, revision_hashes
from services.documents.verification.report import Profile, Report, Verdict
from services.documents.verification.sandbox import Sandbox
from services.documents.verification.trust import Trust
from services.documents.verification.verifier import Question

UNHURRIED = 3.0
"""Seconds for the comparison of all pages, where nobody waits before a screen."""


@cache
def sandbox() -> Sandbox:
    """Return the processes that verify; one set for the whole process."""
    return Sandbox()


def trust_of(tools: Tools) -> Trust:
    """Return what this installation believes.

    Its own authority, those under which people may sign, and those of its time stamps.
    """
    stamps = [item for one in tools.settings.time_stamps for item in load_certificates(one.trusted)]
    roots = [item.dump() for item in stamps if _is_root(item)]
    accepted = [item.dump() for item in tools.authorities]
    anchors = dict.fromkeys((tools.trust_anchor, *accepted, *roots))
    return Trust(at=tools.clock.now(), anchors=tuple(anchors))


def _is_root(certificate: x509.Certificate) -> bool:
    return bool(certificate.self_signed in ("yes", "maybe"))


def judge(tools: Tools, session: Session, data: bytes, *, with_pictures: bool = False) -> Report:
    """Judge anybody's file; one of our own by the stricter rules.

    Raises:
        Busy: too many files wait.
    """
    document = document_with(session, revision_hashes(data)) if data else None
    known = registered(session, document) if document is not None else None
    session.rollback()  # the verification takes its time; no transaction waits for it
    question = Question(data, trust_of(tools), with_pictures=with_pictures)
    if known is not None:
        question = replace(question, profile=Profile.OWN, issued=known)
    return sandbox().verify(question)


def judge_own(tools: Tools, known: IssuedDocument, data: bytes) -> Report:
    """Judge a file that must be a certain document of ours.

    Raises:
        Busy: too many files wait.
    """
    question = Question(data, trust_of(tools), Profile.OWN, known, seconds=UNHURRIED)
    return sandbox().verify(question)


def check_before_dispatch(tools: Tools, known: IssuedDocument, data: bytes) -> None:
    """Refuse to let a file out that is not exactly the issued document, with all its signatures.

    Raises:
        FileUnsound: it does not pass.
        Busy: too many files wait; a later attempt may succeed.
    """
    report = judge_own(tools, known, data)
    if report.verdict is not Verdict.PASSED:
        worst = report.findings[0]
        raise FileUnsound(number=known.number, code=worst.code)
