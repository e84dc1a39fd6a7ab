"""Content prepared before signing to be swapped after it (shadow attacks), where it can be seen.

Source: Mainka, Mladenov, Rohlmann: Shadow Attacks, NDSS 2021.
"""

from collections.abc import Iterator

from services.documents.verification.findings import finding
from services.documents.verification.raw import RawFile
from services.documents.verification.report import Finding


def shadow_preparations(raw: RawFile) -> Iterator[Finding]:
    """Yield what looks like prepared content: two definitions of one object in one revision."""
    seen: dict[tuple[int, int], int] = {}
    for item in raw.objects:
        if item.is_packed:
            continue
        revision = raw.end_of_revision(item.start)
        key = (item.number, revision)
        if key in seen:
            yield finding("object-twice", number=item.number)
            return
        seen[key] = item.start
