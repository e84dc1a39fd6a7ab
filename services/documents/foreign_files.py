"""Files that people bring to sign with: read in a confined process, never in the service."""

from collections.abc import Callable
from typing import TypeVar

from asn1crypto import x509

from services.documents.domain.records import VerifierBusy
from services.documents.domain.ways import NotJudged, StoreNotOpened
from services.documents.signing.ways.increment import HandedOut, check_frame
from services.documents.signing.ways.judging import Measure, SignedElsewhere
from services.documents.signing.ways.pkcs12 import MOST_BYTES, Store
from services.documents.verification import errands
from services.documents.verification.exchange import Broken, Job
from services.documents.verification.sandbox import Busy, OutOfBounds
from services.documents.verifying import sandbox

T = TypeVar("T")
MOST_CERTIFICATE_FILE = 64 * 1024


def judge_signed(handed: HandedOut, upload: bytes, measure: Measure) -> SignedElsewhere:
    """Return the one signature that a file signed elsewhere adds.

    Raises:
        NotJudged: reading it took too much, or ended the process.
        VerifierBusy: too many files wait.
        others: see ``judge_upload``.
    """
    check_frame(handed, upload)  # compares bytes only, so a file of another kind costs nothing
    return _read(errands.upload_job(handed, upload, measure), errands.signed_elsewhere)


def certificates_in(content: bytes) -> list[x509.Certificate]:
    """Return the certificates of a file, at least one: DER, or PEM of any number.

    Raises:
        CertificateUnreadable: there is none, or one of them is damaged.
        NotJudged, VerifierBusy: see ``judge_signed``.
    """
    if len(content) > MOST_CERTIFICATE_FILE:
        raise NotJudged()
    return _read(errands.certificates_job(content), errands.certificates_in)


def open_store(content: bytes, password: str) -> Store:
    """Open a PKCS#12 store.

    Raises:
        StoreNotOpened, StoreWithoutKey: the password is wrong, it is no store, or lacks a key.
        NotJudged, VerifierBusy: see ``judge_signed``.
    """
    if len(content) > MOST_BYTES:
        raise StoreNotOpened()
    return _read(errands.store_job(content, password), errands.store_in)


def _read(job: Job, heard: Callable[[bytes], T]) -> T:
    try:
        return heard(sandbox().run(job))
    except (OutOfBounds, Broken) as error:
        raise NotJudged() from error
    except Busy as error:
        raise VerifierBusy() from error
