"""The QR code of a document as an SVG drawing, its mask chosen as the standard wants it.

The library encodes. Choosing among the eight masks took four fifths of its time; here a code is
one whole number with a bit for each module, and each rule is a few operations on all of them.

Source:
    ISO/IEC 18004, 7.8 (masks, and the points by which the best one is chosen).
"""

import re
from functools import lru_cache

import segno

MASKS = 8
CORRECTION = "m"
"""At least 15 % of a code may be lost; the library takes more where it costs no room."""
# Points for a run of five modules of one colour (each further one counts 1), for a square of
# four, for what looks like a corner of the code, and for each 5 % by which it is not half dark.
RUN, SQUARE, CORNER, SHARE = 3, 3, 40, 10
LONG = 5
CORNERS = ("10111010000", "00001011101")
AS_DIGITS = bytes.maketrans(b"\0\1", b"01")
DARK = re.compile("1+")


def qr_drawing(text: str) -> str:
    """Return a QR code as SVG without a border, one unit a module."""
    made = segno.make(text, error=CORRECTION, micro=False, mask=0)
    size, first = len(made.matrix), _modules(made)
    codes = [first ^ change for change in _changes(int(made.version), made.error)]
    return _drawn(best_of(codes, size), size)


def best_of(codes: list[int], size: int) -> int:
    """Return the code that is read most easily; of equal ones the first."""
    return min(codes, key=lambda code: points(code, size))


def points(code: int, size: int) -> int:
    """Return how hard a code is to read by the rules of the standard.

    Args:
        code: Its modules row by row, the first one the highest bit; dark is 1.
        size: Modules in a row.
    """
    whole = size * size
    full = (1 << whole) - 1
    found = SHARE * (abs(code.bit_count() * 20 - whole * 10) // whole)
    alike = {step: ~(code ^ code << step) & _having(2, step, size) for step in (1, size)}
    found += SQUARE * (alike[1] & alike[1] << size & alike[size]).bit_count()
    for step, pairs in alike.items():
        long = _together([pairs << step * n for n in range(LONG - 1)])
        begun = long & ~(long >> step)
        found += long.bit_count() + (RUN - 1) * begun.bit_count()
        colours = {"1": code, "0": full ^ code}
        for corner in CORNERS:
            looks = [colours[colour] << step * n for n, colour in enumerate(corner)]
            place = _having(len(corner), step, size)
            found += CORNER * (_together(looks) & place).bit_count()
    return found


def _together(parts: list[int]) -> int:
    found = parts[0]
    for part in parts[1:]:
        found &= part
    return found


@lru_cache
def _having(count: int, step: int, size: int) -> int:
    """Return the modules after which *count* - 1 others follow: to the right, or below."""
    if step == size:
        return ((1 << (size - count + 1) * size) - 1) << (count - 1) * size
    row = ((1 << size - count + 1) - 1) << count - 1
    return sum(row << size * n for n in range(size))


@lru_cache
def _changes(version: int, level: str) -> list[int]:
    """Return what each mask changes in a code of the first one, which depends on no text."""
    codes = [
        segno.make("", error=level, micro=False, version=version, mask=mask, boost_error=False)
        for mask in range(MASKS)
    ]
    return [_modules(codes[0]) ^ _modules(code) for code in codes]


def _modules(code: segno.QRCode) -> int:
    return int(b"".join(code.matrix).translate(AS_DIGITS), 2)


def _drawn(code: int, size: int) -> str:
    """Return an SVG path that paints each run of dark modules with one stroke."""
    digits = f"{code:0{size * size}b}"
    strokes = (
        f"M{run.start()} {line}.5h{run.end() - run.start()}"
        for line in range(size)
        for run in DARK.finditer(digits[line * size : (line + 1) * size])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">'
        f'<path stroke="#000" d="{"".join(strokes)}"/></svg>'
    )
