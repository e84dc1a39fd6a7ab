"""Whether later revisions add only signatures and proofs, judged from the raw objects.

The rule behind it: a new object does nothing unless an older one leads to it. So only changes of
older objects are judged, and where the cross-reference sections make their numbers point.
"""

from collections.abc import Iterator
from typing import Any

from services.documents.verification.objects import Found, Ref
from services.documents.verification.raw import RawFile
from services.documents.verification.references import (
    FREE,
    PLAIN,
    Unclear,
    entries_after,
    roots,
)
from services.documents.verification.store import is_store

PROOFS = ("DSS", "VRI", "Metadata")
HARMLESS_TYPES = ("XRef", "ObjStm", "Metadata", "DSS", "VRI")
CATALOGUE = {"AcroForm", "DSS", "Extensions", "Metadata", "Version", "Perms", "Type"}
FORM = {"Fields", "SigFlags", "DR", "DA", "Type"}
PAGE = {"Annots", "Tabs"}
FIELD = {"V", "AP", "M", "F", "MK", "DA", "Lock", "SV", "Rect", "DR", "AS"}
INFORMATION = {"ModDate", "Producer", "CreationDate", "Creator"}


def unclear_addition(raw: RawFile, end: int) -> str:
    """Return what was changed behind a place beyond signatures and proofs; empty for nothing."""
    if len(roots(raw)) > 1:
        return "Root"
    last = max((item.end for item in raw.signatures), default=len(raw.data))
    try:
        return _Additions(raw, end).judged() or _Additions(raw, last).loose()
    except Unclear as unclear:
        return f"xref {unclear}"


def _is_proof(item: Found) -> bool:
    """Tell whether an object belongs to the store of proofs, or leads to it."""
    value = item.value
    if not isinstance(value, dict):
        return False
    return is_store(item) or value.get("Type") in PROOFS


def _led(item: Found) -> Iterator[int]:
    """Yield the numbers of objects to which a store or its entries lead."""
    waiting = [item.value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Ref):
            yield value.number
        elif isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value


class _Additions:
    """Objects before and after a place."""

    def __init__(self, raw: RawFile, end: int) -> None:
        self._raw, self._end = raw, end
        self._old = {item.number: item for item in raw.objects if item.start < end}
        self._later = [item for item in raw.objects if item.start >= end]
        self._new = {item.number: item for item in self._later}

    def loose(self) -> str:
        """Return a new object that no proof leads to; for what follows the last signature."""
        known = self._reached({item.number for item in self._raw.objects if _is_proof(item)})
        for item in self._later:
            is_reference = item.is_a("XRef") or item.is_a("ObjStm")
            if item.number not in self._old and item.number not in known and not is_reference:
                return f"{item.number}"
        return ""

    def _reached(self, numbers: set[int]) -> set[int]:
        """Return the numbers of these objects and of all to which they lead."""
        known, waiting = set(numbers), list(numbers)
        while waiting:
            number = waiting.pop()
            item = self._new.get(number) or self._old.get(number)
            further = set(_led(item)) - known if item is not None else set()
            known |= further
            waiting += further
        return known

    def judged(self) -> str:
        pointing = self._bad_entry()
        if pointing:
            return pointing
        for item in self._later:
            old = self._old.get(item.number)
            if old is not None and not self._is_harmless(old, item):
                kind = item.value.get("Type", "") if isinstance(item.value, dict) else ""
                return f"{item.number} {kind}".strip()
        return ""

    def _bad_entry(self) -> str:
        """Return where a later section makes a number point at older bytes, or drops one."""
        starts = {(item.number, item.start) for item in self._later}
        held = {(item.number, item.start) for item in self._old.values()}
        for entry in entries_after(self._raw, self._end):
            if entry.kind == PLAIN and entry.number:
                place = (entry.number, self._exact(entry.place))
                if place not in starts and place not in held:
                    return f"xref {entry.number}"
            elif entry.kind == FREE and entry.number in self._old and entry.number:
                return f"xref {entry.number} f"
        return ""

    def _exact(self, place: int) -> int:
        """Return an offset past the white space that some writers count in."""
        data = self._raw.data
        while data[place : place + 1] in (b"\n", b"\r", b" ") and place < len(data):
            place += 1
        return place

    def _is_harmless(self, old: Found, new: Found) -> bool:
        if self._is_same(old, new):
            return True
        if new.is_a("XRef") or new.is_a("ObjStm"):
            return True
        if isinstance(new.value, list) and isinstance(old.value, list):
            return self._only_adds_fields(old.value, new.value)
        if not isinstance(new.value, dict) or not isinstance(old.value, dict):
            return False
        return self._is_harmless_dictionary(old, new)

    def _is_same(self, old: Found, new: Found) -> bool:
        if old.value != new.value or (old.stream is None) != (new.stream is None):
            return False
        if old.stream is None or new.stream is None:
            return True
        return self._raw.data[slice(*old.stream)] == self._raw.data[slice(*new.stream)]

    def _is_harmless_dictionary(self, old: Found, new: Found) -> bool:
        before, after = old.value, new.value
        if before.get("Type") != after.get("Type") and after.get("Type") not in HARMLESS_TYPES:
            return False
        if after.get("Type") in HARMLESS_TYPES or (is_store(old) and is_store(new)):
            return True
        if old.stream is not None or new.stream is not None:
            return False
        changed = {k for k in (*before, *after) if before.get(k) != after.get(k)}
        if before.get("Type") == "Catalog":
            return changed <= CATALOGUE and self._is_harmless_form(before, after)
        if before.get("Type") == "Page":
            annotations = (before.get("Annots"), after.get("Annots"))
            return changed <= PAGE and self._only_adds_fields(*annotations)
        if "Fields" in after:
            return self._is_harmless_form({"AcroForm": before}, {"AcroForm": after})
        if after.get("FT") == "Sig":
            return "V" not in before and changed <= FIELD
        return changed <= INFORMATION

    def _is_harmless_form(self, before: dict[str, Any], after: dict[str, Any]) -> bool:
        old, new = before.get("AcroForm"), after.get("AcroForm")
        if old == new or old is None:
            return self._leads_to_fields(new)
        old, new = self._meant(old, self._old), self._meant(new, self._new)
        if not isinstance(old, dict) or not isinstance(new, dict):
            return False
        changed = {k for k in (*old, *new) if old.get(k) != new.get(k)}
        return changed <= FORM and self._only_adds_fields(old.get("Fields"), new.get("Fields"))

    def _leads_to_fields(self, form: Any) -> bool:
        """Tell whether a form that was not there before holds only signatures."""
        form = self._meant(form, self._new) if isinstance(form, Ref) else form
        if form is None or not isinstance(form, dict) or "XFA" in form:
            return form is None
        return self._only_adds_fields([], form.get("Fields"))

    def _only_adds_fields(self, old: Any, new: Any) -> bool:
        before, after = self._meant(old, self._old), self._meant(new, self._new)
        if after is None and before is None:
            return True
        if not isinstance(after, list) or not isinstance(before, list | type(None)):
            return False
        kept = [item for item in before or [] if item in after]
        added = [item for item in after if item not in (before or [])]
        return len(kept) == len(before or []) and all(map(self._is_signature_field, added))

    def _is_signature_field(self, item: Any) -> bool:
        if not isinstance(item, Ref):
            return False
        found = self._new.get(item.number) or self._old.get(item.number)
        value = found.value if found is not None else None
        if not isinstance(value, dict):
            return False
        if value.get("FT") == "Sig":
            return True
        return "FT" not in value and self._is_signature_field(value.get("Parent"))

    def _meant(self, value: Any, among: dict[int, Found]) -> Any:
        if not isinstance(value, Ref):
            return value
        found = among.get(value.number) or self._old.get(value.number)
        return found.value if found is not None else None
