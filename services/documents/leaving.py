"""The last look before a letter leaves: its very bytes (T7), and for whom they are (T8).

The verifier judges a file once; later looks at the same bytes rest on its word, as long as nothing
has changed that it depends on. See ADR 24.
"""

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.adapters.files import FileDamaged, FileMissing
from services.documents.addressed import check_addressed
from services.documents.domain.deliveries import NEEDS_PERSON, paper_is_allowed
from services.documents.domain.records import FileUnsound, VerifierBusy
from services.documents.domain.soundness import MOST_AGE, PassedFile, still_counts
from services.documents.models import Delivery, Document, FilePass
from services.documents.service.deliveries import refuse_file
from services.documents.service.delivery_papers import posted_on_day
from services.documents.service.loading import delivery_of
from services.documents.service.register import newest_file, registered
from services.documents.service.work import Work
from services.documents.tools import Tools
from services.documents.verification.edition import edition
from services.documents.verification.exchange import plain
from services.documents.verification.issued import IssuedDocument
from services.documents.verification.report import Report, Verdict
from services.documents.verification.sandbox import Busy
from services.documents.verifying import judge_own, trust_of
from shared.actors import Actor
from shared.db import reading, transaction
from shared.development import write_once

log = logging.getLogger(__name__)
KEY_BYTES = 32


@dataclass(frozen=True)
class Gate:
    """Where letters go out."""

    session: Callable[[], Session]
    tools: Tools

    def check(self, delivery: Delivery, sha256: str, pdf: bytes) -> None:
        """Judge the very bytes that are about to leave, and to whom they are addressed.

        Args:
            delivery: Free of any transaction, with its document.
            sha256: Which file of the document it must be.
            pdf: What was read from the store.

        Raises:
            FileUnsound: they are not that file, not the issued document, or not for this
                recipient.
            Busy: too many files are being judged.
        """
        number = delivery.document.number
        if hashlib.sha256(pdf).hexdigest() != sha256:
            raise FileUnsound(number=number, code="other-bytes")
        with reading(), transaction(self.session()) as session:
            known = registered(session, session.get_one(Document, delivery.document_id))
            row = _newest_pass(session, delivery.document_id, sha256)
            passed = _passed(row, self.key) if row is not None else None
        now, grounds = self.tools.clock.now(), self._grounds(known)
        if passed is None or not still_counts(passed, grounds, now):
            report = judge_own(self.tools, known, pdf)
            if report.verdict is not Verdict.PASSED:
                raise FileUnsound(number=number, code=report.findings[0].code)
            self._keep(delivery, PassedFile(sha256, grounds, now, _good_until(report, now)))
        check_addressed(self.tools.files, delivery, pdf)

    def paper_file(self, actor: Actor, delivery_id: UUID) -> bytes:
        """Return the file that may be printed, put on a posting sheet or handed over.

        It is the last revision of an issued document, judged as before sending by data box. One
        that does not pass closes the paper and asks a person.

        Raises:
            RecordUnknown: no such delivery of the actor's organisation.
            FileUnsound: nothing may leave.
            VerifierBusy: too many files are being judged.
        """
        with reading(), transaction(self.session()) as session:
            work = Work(session, actor, self.tools.clock)
            delivery = delivery_of(work, delivery_id)
            newest = newest_file(session, delivery.document)
            session.expunge_all()
        try:
            return self._sound_file(delivery, newest)
        except FileUnsound as error:
            log.error("a file is not the issued document", extra={"delivery_id": str(delivery_id)})
            with transaction(self.session()) as session:
                work = Work(session, actor, self.tools.clock)
                refuse_file(work, delivery_of(work, delivery_id), str(error.params["code"]))
            raise
        except Busy as error:
            raise VerifierBusy() from error

    def check_paper(self, actor: Actor, delivery_id: UUID) -> None:
        """Judge the file of a letter that is about to leave on paper, where paper is open at all.

        Raises:
            RecordUnknown, FileUnsound, VerifierBusy: see ``paper_file``.
        """
        with reading(), transaction(self.session()) as session:
            delivery = delivery_of(Work(session, actor, self.tools.clock), delivery_id)
            is_open = delivery.state == NEEDS_PERSON and paper_is_allowed(delivery.reason)
        if is_open:  # otherwise the act itself says what stands in its way
            self.paper_file(actor, delivery_id)

    def check_posted(self, actor: Actor, posted_on: date) -> None:
        """Judge the files of all letters that a posting sheet of a day would name.

        Raises:
            FileUnsound, VerifierBusy: see ``paper_file``; of the first that does not pass.
        """
        with reading(), transaction(self.session()) as session:
            found = posted_on_day(Work(session, actor, self.tools.clock), posted_on)
        for delivery_id in found:
            self.paper_file(actor, delivery_id)

    def _sound_file(self, delivery: Delivery, newest: str | None) -> bytes:
        document = delivery.document
        if newest is None:
            raise FileUnsound(number=document.number, code="not-issued")
        if document.sha256 != newest:
            raise FileUnsound(number=document.number, code="not-last-revision")
        try:
            pdf = self.tools.files.get(newest)
            self.check(delivery, newest, pdf)
        except FileMissing as error:
            raise FileUnsound(number=document.number, code="file-missing") from error
        except FileDamaged as error:
            raise FileUnsound(number=document.number, code="file-damaged") from error
        return pdf

    @property
    def key(self) -> bytes:
        """The key of the marks; made when it is needed first. Without it files are judged anew."""
        path = self.tools.settings.var / "documents" / "passes.key"
        if not path.exists():
            write_once(path, secrets.token_bytes(KEY_BYTES))
        return path.read_bytes()

    def _grounds(self, known: IssuedDocument) -> str:
        """Return a hash of all that the verdict depends on beside the bytes and the time."""
        trust = trust_of(self.tools)
        revoked = self.tools.pki.revocations() if self.tools.pki is not None else {}
        values = {
            "edition": edition(),
            "anchors": sorted(hashlib.sha256(one).hexdigest() for one in trust.anchors),
            "weak_since": {name: at.isoformat() for name, at in trust.weak_since.items()},
            "requires_revocation": trust.requires_revocation,
            "revoked": {str(serial): at.isoformat() for serial, at in revoked.items()},
            "known": plain(known),
        }
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def _keep(self, delivery: Delivery, passed: PassedFile) -> None:
        row = FilePass(
            id=uuid4(),
            organisation_id=delivery.organisation_id,
            document_id=delivery.document_id,
            sha256=passed.sha256,
            grounds=passed.grounds,
            judged_at=passed.judged_at,
            good_until=passed.good_until,
            mark=_mark(self.key, delivery.document_id, passed),
        )
        with transaction(self.session()) as session:
            session.add(row)


def _newest_pass(session: Session, document_id: UUID, sha256: str) -> FilePass | None:
    query = select(FilePass).where(FilePass.document_id == document_id, FilePass.sha256 == sha256)
    return session.scalars(query.order_by(FilePass.judged_at.desc()).limit(1)).first()


def _passed(row: FilePass, key: bytes) -> PassedFile | None:
    """Return what a row says, if it was really written here."""
    passed = PassedFile(row.sha256, row.grounds, row.judged_at, row.good_until)
    is_ours = hmac.compare_digest(row.mark, _mark(key, row.document_id, passed))
    return passed if is_ours else None


def _mark(key: bytes, document_id: UUID, passed: PassedFile) -> bytes:
    ends = (passed.judged_at.isoformat(), passed.good_until.isoformat())
    text = "\n".join((str(document_id), passed.sha256, passed.grounds, *ends))
    return hmac.digest(key, text.encode(), "sha256")


def _good_until(report: Report, now: datetime) -> datetime:
    """Return when the first certificate ends that is good now."""
    ends = [one.valid_to for item in report.signatures for one in item.chain if one.valid_to > now]
    return min(ends, default=now + MOST_AGE)
