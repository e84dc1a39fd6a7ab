"""The verifier's word about files of our own, kept while nothing changes that it depends on.

The verifier judges a file once; later looks at the same bytes rest on its word: before a letter
leaves, and when an evidence bundle is made. See ADR 24.
"""

import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from services.documents.config import DocumentsSettings
from services.documents.domain.soundness import MOST_AGE, PassedFile, still_counts
from services.documents.models import FilePass
from services.documents.tools import Tools
from services.documents.verification.edition import edition
from services.documents.verification.exchange import pack_report, plain, unpack_report
from services.documents.verification.issued import IssuedDocument
from services.documents.verification.report import Report, Verdict
from services.documents.verifying import beliefs_of, judge_own
from shared.db import read_only, transaction
from shared.development import write_once

KEY_BYTES = 32
NEWEST = (
    select(FilePass)
    .where(FilePass.document_id == bindparam("document_id"), FilePass.sha256 == bindparam("sha256"))
    .order_by(FilePass.judged_at.desc())
    .limit(1)
)
OF_ALL = (
    select(FilePass)
    .where(
        FilePass.document_id.in_(bindparam("ids", expanding=True)),
        FilePass.sha256.in_(bindparam("hashes", expanding=True)),
    )
    .order_by(FilePass.judged_at)
)


@dataclass(frozen=True)
class Subject:
    """A document whose file is to be judged."""

    organisation_id: UUID
    document_id: UUID
    known: IssuedDocument


@dataclass(frozen=True)
class Word:
    """What the verifier says, or said not long ago."""

    report: Report
    judged_at: datetime


@dataclass(frozen=True)
class Words:
    """Where the verifier is asked about files of our own, and what it said is kept."""

    session: Callable[[], Session]
    tools: Tools
    most_age: timedelta = MOST_AGE

    def about(self, subject: Subject, sha256: str, pdf: bytes) -> Word:
        """Return the verifier's word about the bytes of a document.

        Args:
            sha256: Of ``pdf``; the caller has compared them.
            pdf: The file.

        Raises:
            Busy: too many files are being judged.
        """
        now = self.tools.clock.now()
        grounds = self._grounds(subject.known, now)
        kept = self._kept(subject, sha256)
        if kept is not None and self._counts(kept, grounds, now):
            return Word(unpack_report(zlib.decompress(kept.report)), kept.judged_at)
        return self._judge(subject, sha256, pdf, grounds, now)

    def fault(
        self, subject: Subject, sha256: str, pdf: bytes, kept: FilePass | None = None
    ) -> str | None:
        """Return the code of what speaks against the bytes of a document; ``None`` if nothing does.

        Args:
            sha256: Of ``pdf``; the caller has compared them.
            pdf: The file.
            kept: The newest word about it, where it was read a moment ago.

        Raises:
            Busy: too many files are being judged.
        """
        now = self.tools.clock.now()
        grounds = self._grounds(subject.known, now)
        if kept is None or (kept.document_id, kept.sha256) != (subject.document_id, sha256):
            kept = self._kept(subject, sha256)
        if kept is not None and self._counts(kept, grounds, now):
            return None  # only a word that the file has passed is kept
        report = self._judge(subject, sha256, pdf, grounds, now).report
        return None if report.verdict is Verdict.PASSED else report.findings[0].code

    def _judge(
        self, subject: Subject, sha256: str, pdf: bytes, grounds: str, now: datetime
    ) -> Word:
        report = judge_own(self.tools, subject.known, pdf)
        if report.verdict is Verdict.PASSED:
            ends = _good_until(report, now)
            self._keep(subject, PassedFile(sha256, grounds, now, ends), report)
        return Word(report, now)

    def _kept(self, subject: Subject, sha256: str) -> FilePass | None:
        told = {"document_id": subject.document_id, "sha256": sha256}
        with read_only(self.session()) as session:
            row = session.scalars(NEWEST, told).first()
            session.expunge_all()
        return row

    def _counts(self, row: FilePass, grounds: str, now: datetime) -> bool:
        """Tell whether a kept word was really kept here, and nothing it rests on has changed."""
        passed = PassedFile(row.sha256, row.grounds, row.judged_at, row.good_until)
        is_ours = _is_ours(row, marking_key(self.tools.settings))
        return is_ours and still_counts(passed, grounds, now, self.most_age)

    def _grounds(self, known: IssuedDocument, now: datetime) -> str:
        """Return a hash of all that the verdict depends on beside the bytes and the time."""
        trust = beliefs_of(self.tools)
        # What its lists say, without signing one for each letter.
        revoked = self.tools.pki.revocations() if self.tools.pki is not None else {}
        values = {
            "edition": edition(),
            "anchors": _names(trust.anchors),
            "between": _names(trust.between),
            "lists": [
                [plain(one.issued_at), one.version, one.is_stale(now)] for one in trust.lists
            ],
            "weak_since": {name: at.isoformat() for name, at in trust.weak_since.items()},
            "requires_revocation": trust.requires_revocation,
            "refuses_development": trust.refuses_development,
            "revoked": {str(serial): at.isoformat() for serial, at in revoked.items()},
            "told_revoked": plain(trust.revoked),
            "known": plain(known),
        }
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def _keep(self, subject: Subject, passed: PassedFile, report: Report) -> None:
        packed = zlib.compress(pack_report(report))
        row = FilePass(
            id=uuid4(),
            organisation_id=subject.organisation_id,
            document_id=subject.document_id,
            sha256=passed.sha256,
            grounds=passed.grounds,
            judged_at=passed.judged_at,
            good_until=passed.good_until,
            report=packed,
        )
        row.mark = _mark(marking_key(self.tools.settings), row)
        with transaction(self.session()) as session:
            session.add(row)


def marking_key(settings: DocumentsSettings) -> bytes:
    """Return the key of the marks, which lies outside of the database; made when needed first.

    Without it files are judged anew and bundles are begun anew.
    """
    path = settings.var / "documents" / "passes.key"
    if not path.exists():
        write_once(path, secrets.token_bytes(KEY_BYTES))
    return path.read_bytes()


def _names(certificates: tuple[bytes, ...]) -> list[str]:
    return sorted(hashlib.sha256(one).hexdigest() for one in certificates)


def kept_of_all(session: Session, files: Mapping[UUID, str]) -> dict[UUID, FilePass]:
    """Return the newest kept words about files of documents, by the documents' ids.

    Args:
        files: The hash of each document's file.
    """
    told = {"ids": list(files), "hashes": list(files.values())}
    rows = session.scalars(OF_ALL, told)
    return {one.document_id: one for one in rows if one.sha256 == files[one.document_id]}


def _is_ours(row: FilePass, key: bytes) -> bool:
    """Tell whether a row was really written here."""
    return hmac.compare_digest(row.mark, _mark(key, row))


def _mark(key: bytes, row: FilePass) -> bytes:
    ends = (row.judged_at.isoformat(), row.good_until.isoformat())
    said = hashlib.sha256(row.report).hexdigest()
    text = "\n".join((str(row.document_id), row.sha256, row.grounds, *ends, said))
    return hmac.digest(key, text.encode(), "sha256")


def _good_until(report: Report, now: datetime) -> datetime:
    """Return when the first certificate ends that is good now."""
    ends = [one.valid_to for item in report.signatures for one in item.chain if one.valid_to > now]
    return min(ends, default=now + MOST_AGE)
