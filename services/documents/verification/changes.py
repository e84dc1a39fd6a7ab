"""Changes after a signature, as pyHanko's policy classifies them. It may doubt, never clear.

The library raises untyped errors over hostile files; each becomes a finding here.
"""

import io
from collections.abc import Callable, Iterator
from time import monotonic
from typing import TypeVar

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from services.documents.verification.findings import finding
from services.documents.verification.raw import RawFile
from services.documents.verification.report import Finding

T = TypeVar("T")
MOST_OBJECTS = 2500
"""The library takes about 0.3 ms for each; with more a file would not be judged in time."""
OLDEST = "adbe.pkcs7.sha1"
"""A kind of signature that the library leaves out."""


class Strange(Exception):
    """The library could not deal with the file."""


def guarded(call: Callable[[], T]) -> T:
    """Ask a library about hostile bytes.

    Raises:
        Strange: whatever the library raised, by the name of its type.
    """
    try:
        return call()
    except MemoryError:
        raise
    except Exception as error:  # over hostile bytes it raises any type at all
        raise Strange(type(error).__name__) from error


class Changes:
    """The revisions of a file as pyHanko reads them, strictly."""

    def __init__(self, raw: RawFile, until: float) -> None:
        self._raw, self._until = raw, until
        self.levels: dict[int, ModificationLevel] = {}
        """How the file changed after the signature whose range ends there."""

    def findings(self) -> Iterator[Finding]:
        """Yield what is to be said about changes after each signature."""
        if self._raw.is_hybrid:
            yield finding("hybrid-references")
            return
        if len(self._raw.objects) > MOST_OBJECTS:
            if any(item.end < len(self._raw.data) for item in self._raw.signatures):
                yield finding("not-compared")
            return
        try:
            signatures = guarded(self._read)
        except Strange as strange:
            yield finding("structure-odd", what=strange)
            return
        seen = {_end(item) for item in signatures}
        known = {item.end for item in self._raw.signatures}
        expected = {i.end for i in self._raw.signatures if i.field and i.sub_filter != OLDEST}
        if not expected <= seen <= known:
            yield finding("parsers-disagree")
        for item in signatures:
            if _end(item) != len(self._raw.data):
                yield from self._after(item)

    def _read(self) -> list[EmbeddedPdfSignature]:
        found = PdfFileReader(io.BytesIO(self._raw.data)).embedded_signatures
        for item in found:
            _end(item)
        return list(found)

    def _after(self, item: EmbeddedPdfSignature) -> Iterator[Finding]:
        place = str(item.field_name)
        if monotonic() > self._until:
            yield finding("not-compared-in-time", place)
            return
        try:
            guarded(lambda: item.compute_integrity_info(diff_policy=DEFAULT_DIFF_POLICY))
            outcome = item.diff_result or DiffResult(ModificationLevel.OTHER, set())
            forbids = guarded(lambda: _forbids_all(item))
        except Strange as strange:
            yield finding("structure-odd", place, what=strange)
            return
        if isinstance(outcome, SuspiciousModification):
            yield finding("changes-not-allowed", place)
            return
        level = outcome.modification_level
        self.levels[_end(item)] = level
        if level > ModificationLevel.LTA_UPDATES:
            yield finding("changes-against-lock" if forbids else "filled-after", place)


def _end(item: EmbeddedPdfSignature) -> int:
    *_, start, length = (int(part) for part in item.byte_range)
    return start + length


def _forbids_all(item: EmbeddedPdfSignature) -> bool:
    """Tell whether the signature certifies that nothing may change but proofs (DocMDP 1)."""
    level = item.docmdp_level
    return level is not None and level.value == 1
