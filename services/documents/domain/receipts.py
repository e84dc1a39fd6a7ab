"""Receipts that a recipient signs by hand: their QR code, and which scan belongs where. Pure."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.errors import DomainError

MARK = "VYZVA-P"
CODE = re.compile(f"{MARK}:([0-9A-F]{{32}}):([0-9A-F]{{64}})")


class ScanUnreadable(DomainError):
    """The file cannot be looked at: it is damaged, or reading it costs too much."""


class ScanTooLong(DomainError):
    """More pages than one file may have. Params: ``most``."""


class PageWithoutCode(DomainError):
    """A page that is not empty bears no readable code. Params: ``page``, counted from 1."""


class PageWithTwoCodes(DomainError):
    """A page bears codes of several receipts. Params: ``page``."""


class NoReceiptFound(DomainError):
    """The file has empty pages only."""


class ReceiptOfAnother(DomainError):
    """The code is that of another delivery. Params: ``page``."""


class ReceiptOfNobody(DomainError):
    """The organisation has no such delivery. Params: ``page``."""


class ReceiptOfAnotherFile(DomainError):
    """The receipt was printed for other bytes than any that were issued. Params: ``page``."""


@dataclass(frozen=True)
class ReceiptCode:
    """What the QR code of a receipt says."""

    delivery_id: UUID
    sha256: str
    """The very file of the document for which the receipt was printed."""


@dataclass(frozen=True)
class ScannedPage:
    """What was found on one page of a scan."""

    codes: tuple[str, ...]
    """Texts of all QR codes, ours and foreign."""
    is_blank: bool = False
    """Nothing is on it, as on the back of a paper."""


@dataclass(frozen=True)
class SortedReceipt:
    """The pages of a scan that belong to one delivery."""

    code: ReceiptCode
    pages: tuple[int, ...]
    """Counted from 1."""


def receipt_code(delivery_id: UUID, sha256: str) -> str:
    """Return the text of the QR code on a receipt.

    Capitals, digits, colons and dashes are what such a code holds most densely.

    Source:
        R39, R97: the receipt proves that these very bytes were handed over.
    """
    return f"{MARK}:{delivery_id.hex}:{sha256}".upper()


def read_code(text: str) -> ReceiptCode | None:
    """Return what a code says; ``None`` when it is none of a receipt.

    Source:
        R39, R97, see above.
    """
    found = CODE.fullmatch(text)
    return ReceiptCode(UUID(hex=found[1]), found[2].lower()) if found else None


def sort_receipts(pages: Sequence[ScannedPage]) -> list[SortedReceipt]:
    """Return which pages belong to which delivery, in the order of the first page of each.

    A page without a code is never given to its neighbour: it could be the unreadable receipt of
    somebody else. Empty pages, the backs of papers, are left out.

    Raises:
        PageWithoutCode, PageWithTwoCodes, NoReceiptFound: see above.

    Source:
        R39, R97: the scan proves what its own code says, and nothing else.
    """
    found: dict[ReceiptCode, list[int]] = {}
    for number, page in enumerate(pages, 1):
        codes = {code for text in page.codes if (code := read_code(text)) is not None}
        if len(codes) > 1:
            raise PageWithTwoCodes(page=number)
        if codes:
            found.setdefault(codes.pop(), []).append(number)
        elif not page.is_blank:
            raise PageWithoutCode(page=number)
    if not found:
        raise NoReceiptFound()
    return [SortedReceipt(code, tuple(numbers)) for code, numbers in found.items()]


def check_receipts(
    found: Sequence[SortedReceipt], *, delivery_id: UUID, issued: Container[str]
) -> str:
    """Check that a scan belongs to a delivery; return the hash of what was handed over.

    Args:
        found: What the scan holds.
        delivery_id: Whose receipt it must be.
        issued: Hashes of all revisions of the document.

    Raises:
        ReceiptOfAnother: a page belongs to another delivery.
        ReceiptOfAnotherFile: it was printed for bytes that never were the document.

    Source:
        R39, R97, see above.
    """
    for one in found:
        if one.code.delivery_id != delivery_id:
            raise ReceiptOfAnother(page=one.pages[0])
        if one.code.sha256 not in issued:
            raise ReceiptOfAnotherFile(page=one.pages[0])
    return found[-1].code.sha256
