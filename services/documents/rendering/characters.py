"""What the typeface can set: everything else is named on the page, never lost without a word.

PDF/A and PDF/UA forbid a character without a glyph, and a document whose applicant has an emoji
in the name must be made all the same. The attached facts keep every text as it was given.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

LAYOUT = frozenset("\n\t\u00ad")
"""Line break, tabulator and a hint for hyphenation: the typesetter knows them."""
SAME_LOOK = str.maketrans({"\u2011": "-", "\u2010": "-", "\u2028": "\n", "\u2029": "\n"})
# They turn the order of what is read, or hide it: a reader must see that they are there.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Ranges = Sequence[Sequence[int]]


@dataclass
class Setter:
    """Turns texts into those that can be set, and remembers whether something was named."""

    ranges: Ranges
    """First and last code points of what the typeface has, in order."""
    named: set[str] = field(default_factory=set)
    """Characters that are written as their number."""

    def set(self, text: str) -> str:
        """Return the text in composed form; what cannot be set stands as ``[U+1F600]``.

        Characters without width or meaning on paper are left out; those that would turn the
        order of reading are named, so that what is seen is what is there.
        """
        composed = unicodedata.normalize("NFC", text).translate(SAME_LOOK)
        if composed.isascii() and composed.isprintable():
            return composed
        return "".join(map(self._one, composed))

    def _one(self, character: str) -> str:
        if character in LAYOUT or self._is_in_typeface(ord(character)):
            return character
        category = unicodedata.category(character)
        if category == "Zs":
            return " "
        if category in ("Cf", "Cc") and character not in TURNING:
            return ""
        parts = unicodedata.normalize("NFD", character)
        if all(self._is_in_typeface(ord(part)) for part in parts):
            return parts
        self.named.add(character)
        return f"[U+{ord(character):04X}]"

    def _is_in_typeface(self, code: int) -> bool:
        place = bisect_right(self.ranges, code, key=lambda pair: pair[0]) - 1
        return place >= 0 and code <= self.ranges[place][1]
