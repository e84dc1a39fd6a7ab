"""The verifier with the register behind it: which profile, whose authorities, which document."""

from dataclasses import replace
from functools import cache

from sqlalchemy.orm import Session

from services.documents.domain.records import FileUnsound
from services.documents.service.register import document_with, registered
from services.documents.tools import Tools
from services.documents.verification.issued import IssuedDocument, revision_hashes
from services.documents.verification.report import Profile, Report, Verdict
from services.documents.verification.sandbox import Sandbox
from services.documents.verification.trust import WEAK_SINCE, Trust
from services.documents.verification.verifier import Question

UNHURRIED = 3.0
"""Seconds for the comparison of all pages, where nobody waits before a screen."""


@cache
def sandbox() -> Sandbox:
    """Return the processes that verify; one set for the whole process."""
    return Sandbox()


def trust_of(tools: Tools) -> Trust:
    """Return what this installation believes.

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
