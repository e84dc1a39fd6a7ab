"""What the typeface can set: everything else is named on the page, never lost without a word.

PDF/A and PDF/UA forbid a character without a glyph, and a document whose applicant has an emoji
in the name must be made all the same. The attached facts keep every text as it was given.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

LAYOUT = frozenset("\n\t\u00ad")
"""Line break, tabulator and a hint for hyphenation: the typesetter knows them."""
SAME_LOOK = str.maketrans({"\u2011": "-", "\u2010": "-", "\u2028": "\n", "\u2029": "\n"})
# They turn the order of what is read, or hide it: a reader must see that they are there.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def settable(ranges: Sequence[Sequence[int]]) -> frozenset[str]:
    """Return what is set as it is, by the first and last code points of what the typeface has."""
    found = (chr(code) for first, last in ranges for code in range(first, last + 1))
    return LAYOUT.union(found).difference(map(chr, SAME_LOOK))


@dataclass
class Setter:
    """Turns texts into those that can be set, and remembers whether something was named."""

    characters: frozenset[str]
    """What can be set, see :func:`settable`."""
    named: set[str] = field(default_factory=set)
    """Characters that are written as their number."""

    def set(self, text: str) -> str:
        """Return the text in composed form; what cannot be set stands as ``[U+1F600]``.

        Characters without width or meaning on paper are left out; those that would turn the
        order of reading are named, so that what is seen is what is there.
        """
        composed = unicodedata.normalize("NFC", text)
        if self.characters.issuperset(composed):
            return composed
        return "".join(map(self._one, composed.translate(SAME_LOOK)))

    def _one(self, character: str) -> str:
        if character in self.characters:
            return character
        category = unicodedata.category(character)
        if category == "Zs":
            return " "
        if category in ("Cf", "Cc") and character not in TURNING:
            return ""
        parts = unicodedata.normalize("NFD", character)
        if self.characters.issuperset(parts):
            return parts
        self.named.add(character)
        return f"[U+{ord(character):04X}]"
