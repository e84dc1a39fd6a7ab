"""Where two drawn pages differ, as frames that lead a person's eye there. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

RED = bytes((200, 16, 16))
COLOURS = 3
THICK, AWAY, NEAR = 3, 4, 12
"""Pixels: of the line, between it and what it frames, and between lines of one frame."""


@dataclass(frozen=True)
class Frame:
    """A place on a page, in pixels; right and bottom are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int

    def scaled(self, by: float) -> "Frame":
        """Return the same place on a page that is drawn larger."""
        return Frame(*(round(by * one) for one in (self.left, self.top, self.right, self.bottom)))


def extent(first: bytes, second: bytes) -> tuple[int, int]:
    """Return the first byte in which two rows of one length differ, and the one after the last."""
    changed = int.from_bytes(first, "big") ^ int.from_bytes(second, "big")
    if not changed:
        return 0, 0
    last = (changed & -changed).bit_length() - 1
    return len(first) - (changed.bit_length() + 7) // 8, len(first) - last // 8


def frames_of(rows: Iterable[tuple[int, int, int]]) -> Iterator[Frame]:
    """Yield a frame around each group of rows that lie near one another.

    Args:
        rows: number, left and right of each row that differs, in their order, in pixels.
    """
    group: list[tuple[int, int, int]] = []
    for row in rows:
        if group and row[0] - group[-1][0] > NEAR:
            yield _around(group)
            group = []
        group.append(row)
    if group:
        yield _around(group)


def _around(rows: list[tuple[int, int, int]]) -> Frame:
    left, right = min(one[1] for one in rows), max(one[2] for one in rows)
    return Frame(left, rows[0][0], right, rows[-1][0] + 1)


def draw(pixels: bytearray, stride: int, size: tuple[int, int], frame: Frame) -> None:
    """Draw a frame into rows of red, green and blue, as far as it lies on the page.

    Args:
        stride: bytes from one row to the next.
        size: width and height in pixels.
    """
    width, height = size
    left, right = max(frame.left - AWAY, 0), min(frame.right + AWAY, width)
    top, bottom = max(frame.top - AWAY, 0), min(frame.bottom + AWAY, height)
    for row in range(top, bottom):
        is_edge = row < top + THICK or row >= bottom - THICK
        sides = [(left, right)] if is_edge else [(left, left + THICK), (right - THICK, right)]
        for start, end in sides:
            inside, outside = max(start, left), min(end, right)
            place, count = row * stride + inside * COLOURS, max(outside - inside, 0)
            pixels[place : place + count * COLOURS] = RED * count
