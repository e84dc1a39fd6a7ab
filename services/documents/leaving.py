"""The last look before a letter leaves: its very bytes (T7), and for whom they are (T8).

The verifier judges a file once; see ``passing``.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from services.documents.adapters.files import FileDamaged, FileMissing
from services.documents.addressed import check_addressed
from services.documents.domain.deliveries import takes_paper
from services.documents.domain.records import FileUnsound, VerifierBusy
from services.documents.models import Delivery, FilePass
from services.documents.passing import Subject, Words, kept_of_all
from services.documents.service.deliveries import accept_file, refuse_file
from services.documents.service.loading import delivery_of
from services.documents.service.posted_items import letters_still_posted
from services.documents.service.register import newest_file, registered, registered_all
from services.documents.service.work import Work
from services.documents.tools import Tools
from services.documents.verification.issued import IssuedDocument
from services.documents.verification.sandbox import Busy
from shared.actors import Actor
from shared.db import read_only, transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """What is known here about the file of a letter, read a moment before the look at it."""

    known: IssuedDocument
    passed: FilePass | None
    """The verifier's newest word about it, if there is one."""


@dataclass(frozen=True)
class Gate:
    """Where letters go out."""

    session: Callable[[], Session]
    tools: Tools

    def told_of(self, session: Session, deliveries: Sequence[Delivery]) -> dict[UUID, Told]:
        """Return what :meth:`check` has to know about letters, by their ids; in four questions."""
        known = registered_all(session, [one.document for one in deliveries])
        words = kept_of_all(session, {one.document_id: one.leaving_sha256 for one in deliveries})
        return {
            one.id: Told(known[one.document_id], words.get(one.document_id)) for one in deliveries
        }

    def check(self, delivery: Delivery, sha256: str, pdf: bytes, told: Told | None = None) -> None:
        """Judge the very bytes that are about to leave, and to whom they are addressed.

        Args:
            delivery: Free of any transaction, with its document.
            sha256: Which file of the document it must be.
            pdf: What was read from the store.
            told: What :meth:`told_of` says of it; it is read here otherwise.

        Raises:
            FileUnsound: they are not that file, not the issued document, or not for this
                recipient.
            Busy: too many files are being judged.
        """
        self.judge(delivery, sha256, pdf, told)
        check_addressed(self.tools.files, delivery, pdf)

    def judge(self, delivery: Delivery, sha256: str, pdf: bytes, told: Told | None = None) -> None:
        """Judge the very bytes alone, as :meth:`check`; the verifier's word is kept.

        Raises:
            FileUnsound: they are not that file, or not the issued document.
            Busy: too many files are being judged.
        """
        number = delivery.document.number
        if hashlib.sha256(pdf).hexdigest() != sha256:
            raise FileUnsound(number=number, code="other-bytes")
        if told is None:
            with read_only(self.session()) as session:
                told = Told(registered(session, delivery.document), None)
        subject = Subject(delivery.organisation_id, delivery.document_id, told.known)
        fault = Words(self.session, self.tools).fault(subject, sha256, pdf, told.passed)
        if fault is not None:
            raise FileUnsound(number=number, code=fault)

    def paper_file(self, actor: Actor, delivery_id: UUID) -> bytes:
        """Return the file that may be printed, put on a posting sheet or handed over.

        It is the last revision of an issued document, judged as before sending by data box. One
        that does not pass closes the paper until it passes, and asks a person.

        Raises:
            RecordUnknown: no such delivery of the actor's organisation.
            FileUnsound: nothing may leave.
            VerifierBusy: too many files are being judged.
        """
        with read_only(self.session()) as session:
            work = Work(session, actor, self.tools.clock)
            delivery = delivery_of(work, delivery_id)
            newest = newest_file(session, delivery.document)
            session.expunge_all()
        try:
            pdf = self._sound_file(delivery, newest)
        except FileUnsound as error:
            log.error("a file is not the issued document", extra={"delivery_id": str(delivery_id)})
            with transaction(self.session()) as session:
                work = Work(session, actor, self.tools.clock)
                refuse_file(work, delivery_of(work, delivery_id), str(error.params["code"]))
            raise
        except Busy as error:
            raise VerifierBusy() from error
        if delivery.file_fault is not None:
            with transaction(self.session()) as session:
                accept_file(delivery_of(Work(session, actor, self.tools.clock), delivery_id))
        return pdf

    def check_paper(self, actor: Actor, delivery_id: UUID) -> None:
        """Judge the file of a letter that is about to leave on paper, where paper is open at all.

        Raises:
            RecordUnknown, FileUnsound, VerifierBusy: see ``paper_file``.
        """
        with read_only(self.session()) as session:
            delivery = delivery_of(Work(session, actor, self.tools.clock), delivery_id)
            is_open = takes_paper(delivery.state, delivery.reason)
        if is_open:  # otherwise the act itself says what stands in its way
            self.paper_file(actor, delivery_id)

    def check_posted(self, actor: Actor, posted_on: date) -> None:
        """Judge the files of all letters of a day's posting sheet that are still with the post.

        Raises:
            FileUnsound, VerifierBusy: see ``paper_file``; of the first that does not pass.
        """
        with read_only(self.session()) as session:
            work = Work(session, actor, self.tools.clock)
            found = letters_still_posted(work, posted_on)
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
