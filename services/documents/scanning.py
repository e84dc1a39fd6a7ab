"""Scans of signed receipts: read in a confined process, sorted to their deliveries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from services.documents.domain.receipts import (
    ScanUnreadable,
    SortedReceipt,
    sort_receipts,
)
from services.documents.domain.records import VerifierBusy
from services.documents.service.receipts import Scan
from services.documents.verification.errands import (
    file_of_pages,
    pages_job,
    scan_job,
    scanned_pages,
)
from services.documents.verification.exchange import Broken, Job
from services.documents.verification.sandbox import Busy, OutOfBounds
from services.documents.verifying import sandbox

T = TypeVar("T")


@dataclass(frozen=True)
class ReadScan:
    """A scan, and which of its pages belong to which delivery."""

    scan: Scan
    receipts: tuple[SortedReceipt, ...]


def read_receipts(scan: Scan) -> ReadScan:
    """Return which deliveries a scan proves.

    Raises:
        ScanUnreadable, ScanTooLong, PageWithoutCode, PageWithTwoCodes, NoReceiptFound: nothing
            of the file is taken.
        VerifierBusy: too many files are being read.
    """
    pages = _asked(scan_job(scan.content), scanned_pages)
    return ReadScan(scan, tuple(sort_receipts(pages)))


def parts_of(read: ReadScan) -> list[ReadScan]:
    """Return one scan for each delivery; a scan of one delivery stays as it came.

    Raises:
        ScanUnreadable, VerifierBusy: see above.
    """
    deliveries = {one.code.delivery_id for one in read.receipts}
    if len(deliveries) == 1:
        return [read]
    found = []
    for delivery_id in dict.fromkeys(one.code.delivery_id for one in read.receipts):
        mine = tuple(one for one in read.receipts if one.code.delivery_id == delivery_id)
        pages = sorted(page for one in mine for page in one.pages)
        content = _asked(pages_job(read.scan.content, pages), file_of_pages)
        found.append(ReadScan(Scan(content, read.scan.type), mine))
    return found


def _asked(job: Job, hear: Callable[[bytes], T]) -> T:
    try:
        return hear(sandbox().run(job))
    except Busy as error:
        raise VerifierBusy() from error
    except (OutOfBounds, Broken) as error:
        raise ScanUnreadable() from error
