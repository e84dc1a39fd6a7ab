"""What a confined process may be asked to read, with both ends of each errand.

The function that asks runs in the service and looks at no foreign byte; the function in
``ERRANDS`` runs in the confined process. What comes back is judged anew, because the process that
says it had a hostile file in hand.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from asn1crypto import x509

from services.documents.domain import receipts, ways
from services.documents.signing.ways import people, pkcs12
from services.documents.signing.ways.increment import HandedOut
from services.documents.signing.ways.judging import Measure, SignedElsewhere, judge_upload
from services.documents.verification import scans
from services.documents.verification.confinement import Limits
from services.documents.verification.exchange import (
    Broken,
    Job,
    pack_report,
    plain,
    structured,
)
from services.documents.verification.verifier import Question, verify
from shared.errors import DomainError

SCAN_LIMITS = Limits(seconds=30.0, processor_seconds=25, memory_mb=768)
"""Of a scan: up to 60 pages are drawn and searched for QR codes."""
UPLOAD_LIMITS = Limits(seconds=15.0, processor_seconds=12)
"""Of a document that a person signed elsewhere: it is read several times, each page drawn twice."""
STORE_LIMITS = Limits(seconds=5.0, processor_seconds=4, memory_mb=384)
"""Of a certificate or a PKCS#12 store, whose maker chose how often its password is hashed."""
MOST_CERTIFICATE = 64 * 1024
MOST_CERTIFICATES = 64
REFUSALS: dict[str, type[DomainError]] = {
    kind.__name__: kind
    for kind in (
        *(ways.NotAsHandedOut, ways.NothingSigned, ways.SeveralUpdates, ways.WrongField),
        *(ways.MoreThanSigned, ways.ShutsOthersOut, ways.SignatureDamaged, ways.AlgorithmTooWeak),
        *(ways.ClaimedTimeWrong, ways.CertificateNotPersonal, ways.CertificateOutOfTime),
        *(ways.AuthorityNotAccepted, ways.CertificateRevoked, ways.RevocationUnknown),
        *(ways.CertificateUnreadable, ways.StoreNotOpened, ways.StoreWithoutKey),
        *(receipts.ScanUnreadable, receipts.ScanTooLong),
    )
}


def verdict_job(question: Question, limits: Limits) -> Job:
    """Ask for the verdict on a PDF."""
    given = plain(question)
    given["data"] = ""
    return Job("verdict", given, [question.data], limits)


def _verdict(job: Job) -> bytes:
    question = structured(job.given, Question)
    object.__setattr__(question, "data", job.contents[0])
    return pack_report(verify(question))


def upload_job(handed: HandedOut, upload: bytes, measure: Measure) -> Job:
    """Ask for the signature that a file signed elsewhere adds."""
    given = {
        "field": handed.field,
        "number": handed.number,
        "anchors": [_text(one.dump()) for one in measure.anchors],
        "others": [_text(one.dump()) for one in measure.others],
        "now": measure.now.isoformat(),
        "since": measure.since.isoformat(),
        "weakest_rsa": measure.strength.weakest_rsa,
        "ended": sorted(measure.strength.ended),
    }
    return Job("upload", given, [handed.pdf, upload], UPLOAD_LIMITS)


def _upload(job: Job) -> bytes:
    given = job.given
    handed = HandedOut(job.contents[0], given["field"], given["number"])
    measure = Measure(
        anchors=[x509.Certificate.load(_bytes(one)) for one in given["anchors"]],
        others=[x509.Certificate.load(_bytes(one)) for one in given["others"]],
        now=datetime.fromisoformat(given["now"]),
        since=datetime.fromisoformat(given["since"]),
        strength=people.Strength(given["weakest_rsa"], frozenset(given["ended"])),
    )

    def read() -> dict[str, Any]:
        found = judge_upload(handed, job.contents[1], measure)
        return {
            "certificate": _text(found.certificate.dump()),
            "chain": [_text(one.dump()) for one in found.chain],
            "claimed_at": found.claimed_at.isoformat(),
            "algorithm": found.algorithm,
        }

    return _said(read)


def signed_elsewhere(answer: bytes) -> SignedElsewhere:
    """Return what the process found in a file signed elsewhere.

    Raises:
        Broken: it says what makes no sense.
        DomainError: one of the refusals of ``judge_upload``.
    """
    said = _heard(answer, {"certificate": str, "chain": list, "claimed_at": str, "algorithm": str})
    certificate, *chain = _certificates([said["certificate"], *said["chain"]])
    try:
        claimed_at = datetime.fromisoformat(said["claimed_at"])
        reading = people.read(certificate)
    except (ValueError, ways.CertificateUnreadable) as error:
        raise Broken(type(error).__name__) from error
    return SignedElsewhere(certificate, reading, tuple(chain), claimed_at, said["algorithm"][:100])


def certificates_job(content: bytes) -> Job:
    """Ask for the certificates in a file, DER or PEM."""
    return Job("certificates", {}, [content], STORE_LIMITS)


def _certificates_in(job: Job) -> bytes:
    def read() -> dict[str, Any]:
        found = people.load_certificates(job.contents[0])
        for one in found:
            people.read(one)
        return {"certificates": [_text(one.dump()) for one in found]}

    return _said(read)


def certificates_in(answer: bytes) -> list[x509.Certificate]:
    """Return the certificates that the process found, at least one.

    Raises:
        Broken: it says what makes no sense.
        CertificateUnreadable: there is none, or one is damaged.
    """
    found = _certificates(_heard(answer, {"certificates": list})["certificates"])
    if not found:
        raise Broken("no certificate")
    return found


def store_job(content: bytes, password: str) -> Job:
    """Ask for what is in a PKCS#12 store."""
    return Job("store", {"password": password}, [content], STORE_LIMITS)


def _store(job: Job) -> bytes:
    def read() -> dict[str, Any]:
        found = pkcs12.open_store(job.contents[0], job.given["password"])
        return {
            "key": _text(found.private_der()),
            "certificates": [_text(one.dump()) for one in (found.certificate, *found.others)],
        }

    return _said(read)


def store_in(answer: bytes) -> pkcs12.Store:
    """Return what the process found in a PKCS#12 store.

    Raises:
        Broken: it says what makes no sense.
        StoreNotOpened, StoreWithoutKey: see ``open_store``.
    """
    said = _heard(answer, {"key": str, "certificates": list})
    found = _certificates(said["certificates"])
    if not found:
        raise Broken("no certificate")
    return pkcs12.store_of(_bytes(said["key"]), found)


def scan_job(content: bytes) -> Job:
    """Ask what is on the pages of a scanned paper."""
    return Job("scan", {}, [content], SCAN_LIMITS)


def _scan(job: Job) -> bytes:
    return _said(lambda: {"pages": [plain(page) for page in scans.look(job.contents[0])]})


def scanned_pages(answer: bytes) -> list[receipts.ScannedPage]:
    """Return what the process found on each page.

    Raises:
        Broken: it says what makes no sense.
        ScanUnreadable, ScanTooLong: see ``scans.look``.
    """
    said = _heard(answer, {"pages": list})
    if len(said["pages"]) > scans.MOST_PAGES:
        raise Broken("too many pages")
    try:
        return [structured(page, receipts.ScannedPage) for page in said["pages"]]
    except Exception as error:  # the side that answers may be in hostile hands
        raise Broken(type(error).__name__) from error


def pages_job(content: bytes, pages: Sequence[int]) -> Job:
    """Ask for a file with some pages of a scan only."""
    return Job("pages", {"pages": list(pages)}, [content], SCAN_LIMITS)


def _some_pages(job: Job) -> bytes:
    return _said(lambda: {"file": _text(scans.only(job.contents[0], job.given["pages"]))})


def file_of_pages(answer: bytes) -> bytes:
    """Return the file; it is as foreign as the scan that it was made of.

    Raises:
        Broken: it says what makes no sense.
        ScanUnreadable: see ``scans.only``.
    """
    return _bytes(_heard(answer, {"file": str})["file"])


ERRANDS: Mapping[str, Callable[[Job], bytes]] = {
    "verdict": _verdict,
    "upload": _upload,
    "certificates": _certificates_in,
    "store": _store,
    "scan": _scan,
    "pages": _some_pages,
}


def _said(read: Callable[[], dict[str, Any]]) -> bytes:
    try:
        said = read()
    except DomainError as error:
        params = {name: _param(value) for name, value in error.params.items()}
        said = {"refused": type(error).__name__, "params": params}
    return json.dumps(said).encode()


def _param(value: object) -> object:
    return {"instant": value.isoformat()} if isinstance(value, datetime) else str(value)


def _heard(answer: bytes, wanted: Mapping[str, type]) -> dict[str, Any]:
    try:
        said: Any = json.loads(answer)
    except ValueError as error:
        raise Broken("no JSON") from error
    if not isinstance(said, dict):
        raise Broken("no answer")
    if "refused" in said:
        raise _refusal(said)
    if any(not isinstance(said.get(name), kind) for name, kind in wanted.items()):
        raise Broken("another answer")
    return said


def _refusal(said: Mapping[str, Any]) -> DomainError:
    kind, params = REFUSALS.get(str(said["refused"])), said.get("params")
    if kind is None or not isinstance(params, dict):
        raise Broken("no refusal")
    return kind(**{str(name): _value(value) for name, value in params.items()})


def _value(value: object) -> object:
    if not isinstance(value, dict):
        return str(value)[:500]
    try:
        return datetime.fromisoformat(str(value.get("instant")))
    except ValueError as error:
        raise Broken("no instant") from error


def _certificates(texts: Sequence[object]) -> list[x509.Certificate]:
    if len(texts) > MOST_CERTIFICATES:
        raise Broken("too many certificates")
    contents = [_bytes(text) for text in texts]
    if any(len(content) > MOST_CERTIFICATE for content in contents):
        raise Broken("too long a certificate")
    try:
        return [people.load_certificate(content) for content in contents]
    except ways.CertificateUnreadable as error:
        raise Broken("no certificate") from error


def _text(content: bytes) -> str:
    return b64encode(content).decode("ascii")


def _bytes(text: object) -> bytes:
    try:
        return b64decode(str(text), validate=True)
    except (NotBase64, ValueError) as error:
        raise Broken("no base64") from error
