"""Taking a counter-signed copy over: judged as anybody's file, outside any transaction, then kept.

It is never judged as a document of ours, even where it begins with one: what the other party
added is what it is about.
"""

from uuid import UUID

from services.documents.acts import Bench
from services.documents.domain.countersigning import CopyNotJudged
from services.documents.domain.records import VerifierBusy
from services.documents.models import CountersignedCopy
from services.documents.service.countersigning import (
    Countersigned,
    Word,
    check_countersigned,
    keep_countersigned,
)
from services.documents.tools import Tools
from services.documents.verification.report import Report, Verdict, Weight
from services.documents.verification.sandbox import Busy
from services.documents.verification.verifier import SECONDS, Question
from services.documents.verification.words import plain
from services.documents.verifying import UNHURRIED, sandbox, trust_of
from shared.db import read_only, transaction
from shared.uploads import PDF

PASSING = {"out-of-time", "out-of-memory", "crashed", "not-compared-in-time"}
"""Findings about the hour of the verification rather than about the file."""


def take_countersigned(bench: Bench, document_id: UUID, came: Countersigned) -> CountersignedCopy:
    """Judge a copy if it is a PDF, and keep it whatever the verdict: it is what came.

    Raises:
        VerifierBusy: too many files are being judged.
        CopyNotJudged: the verifier did not finish; what it says is kept for good.
        others: see ``check_countersigned``.
    """
    with read_only(bench.session()) as session:
        check_countersigned(bench.work(session), document_id, came)
    word = Word()
    if came.file.type is PDF:
        word = _word(judge_copy(bench.tools, came.file.content, seconds=UNHURRIED))
    with transaction(bench.session()) as session:
        return keep_countersigned(bench.work(session), bench.tools.files, document_id, came, word)


def judge_copy(
    tools: Tools, content: bytes, *, with_pictures: bool = False, seconds: float = SECONDS
) -> Report:
    """Judge a file of another party by the profile for foreign files.

    Args:
        seconds: for the comparison of all pages.

    Raises:
        VerifierBusy: too many files are being judged.
    """
    question = Question(content, trust_of(tools), with_pictures=with_pictures, seconds=seconds)
    try:
        return sandbox().verify(question)
    except Busy as error:
        raise VerifierBusy() from error


def _word(report: Report) -> Word:
    """A scan saved as PDF is signed by hand: nothing is wrong with it but that it is not signed.

    Raises:
        CopyNotJudged: a verdict that another attempt may change.
    """
    if report.verdict is not Verdict.FAILED and report.codes & PASSING:
        raise CopyNotJudged()
    doubts = {item.code for item in report.findings if item.weight > Weight.NOTE}
    return Word("" if doubts == {"not-signed"} else report.verdict.value, plain(report))
