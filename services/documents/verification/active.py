"""What a file could do by itself: run a program, send data, or fetch from elsewhere."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from services.documents.verification.findings import finding
from services.documents.verification.objects import Found, Ref
from services.documents.verification.raw import RawFile
from services.documents.verification.report import Finding

ACTIONS = {
    "JavaScript": "JavaScript",
    "Launch": "Launch",
    "SubmitForm": "SubmitForm",
    "ImportData": "ImportData",
    "GoToE": "GoToE",
    "GoToR": "GoToR",
    "Thread": "Thread",
    "Rendition": "Rendition",
    "RichMediaExecute": "RichMedia",
    "GoTo3DView": "3D",
    "Movie": "Movie",
}
"""Actions that reach beyond the page (ISO 32000-1, 12.6.4)."""
ANNOTATIONS = {"RichMedia": "RichMedia", "3D": "3D", "Movie": "Movie"}
BY_ITSELF = ("OpenAction", "AA")
"""Keys whose actions no click precedes."""
HARMLESS_BY_ITSELF = ("GoTo", "Named")
LEADS_BACK = ("D", "P", "Parent", "Dest")
"""Keys of an action that lead to pages, which it does not start."""
MOST_DEPTH = 20
_NAME = re.compile(rb"/([A-Za-z0-9]{2,20})")


def active_content(raw: RawFile) -> list[Finding]:
    """Return a finding for each kind of active content, in the signed part and beyond it."""
    signed_to = max((item.end for item in raw.signatures), default=0)
    automatic = {number for item in raw.objects for number in _started(item.value, 0)}
    found: dict[tuple[str, str], Finding] = {}
    for item in raw.objects:
        names = names_in(item, is_automatic=item.number in automatic)
        for what in _loose_names(raw, item) if item.is_unreadable else names:
            code = "active-content" if item.start < signed_to else "active-content-unsigned"
            found.setdefault((code, what), finding(code, what=what))
    return list(found.values())


def _loose_names(raw: RawFile, item: Found) -> set[str]:
    """Return names of active content that stand in an object which cannot be read."""
    words = {found.group(1).decode() for found in _NAME.finditer(raw.data, item.start, item.end)}
    return {ACTIONS[word] for word in words & set(ACTIONS)} | ({"JavaScript"} & words)


def names_in(item: Found, *, is_automatic: bool = False) -> Iterator[str]:
    """Yield the names of active content in one object."""
    if item.stream is not None and "F" in item.value:
        yield "external stream"
    yield from _in_value(item.value, 0, is_automatic=is_automatic)


def _started(value: Any, depth: int, *, is_automatic: bool = False) -> Iterator[int]:
    """Yield the numbers of objects that the file starts by itself."""
    if depth > MOST_DEPTH:
        return
    if isinstance(value, Ref) and is_automatic:
        yield value.number
    elif isinstance(value, list):
        for member in value:
            yield from _started(member, depth + 1, is_automatic=is_automatic)
    elif isinstance(value, dict):
        for key, member in value.items():
            starts = (is_automatic and key not in LEADS_BACK) or _starts(key, member)
            yield from _started(member, depth + 1, is_automatic=starts)


def _starts(key: str, member: Any) -> bool:
    """Tell whether an entry starts something; ``OpenAction`` with an array only shows a page."""
    return key in BY_ITSELF and not isinstance(member, list)


def _in_value(value: Any, depth: int, *, is_automatic: bool) -> Iterator[str]:
    if depth > MOST_DEPTH:
        return
    if isinstance(value, list):
        for member in value:
            yield from _in_value(member, depth + 1, is_automatic=is_automatic)
    elif isinstance(value, dict):
        yield from _in_dictionary(value, is_automatic=is_automatic)
        for key, member in value.items():
            yield from _in_value(
                member, depth + 1, is_automatic=is_automatic or _starts(key, member)
            )


def _in_dictionary(value: dict[str, Any], *, is_automatic: bool) -> Iterable[str]:
    action = value.get("S")
    if action in ACTIONS:
        yield ACTIONS[str(action)]
    elif is_automatic and isinstance(action, str) and action not in HARMLESS_BY_ITSELF:
        yield f"OpenAction/AA {action}"
    if "JS" in value:
        yield "JavaScript"
    if "XFA" in value:
        yield "XFA"
    if value.get("Subtype") in ANNOTATIONS:
        yield ANNOTATIONS[str(value["Subtype"])]
    yield from _from_elsewhere(value)


def _from_elsewhere(value: dict[str, Any]) -> Iterable[str]:
    if value.get("FS") == "URL":
        yield "URL"
    if value.get("Subtype") == "PS":
        yield "PostScript"
    is_picture = value.get("Subtype") in ("Form", "Image")
    if is_picture and ("Ref" in value or "OPI" in value):
        yield "external XObject"
