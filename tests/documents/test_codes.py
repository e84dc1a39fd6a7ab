"""The QR code: the library's own code, with the mask that the standard's rules choose."""

import re
from uuid import UUID

import pytest
import segno

from services.documents.rendering.codes import points, qr_drawing

ADDRESS = "https://vyzva.example.org/documents/verify/"
TEXTS = [
    pytest.param(f"{ADDRESS}{UUID(int=3**70)}", id="address"),
    pytest.param(f"{ADDRESS}{UUID(int=7**40)}", id="another one"),
    pytest.param(f"urn:uuid:{UUID(int=5**50)}", id="without an address"),
    pytest.param("https://vyzva.mas-velmi-dlouheho-jmena.example.org/" + "x" * 90, id="long"),
]
Rows = list[str]


def rows_of(drawing: str) -> Rows:
    """Return the modules that a drawing paints, dark as ``1``."""
    size = int(re.search(r'width="(\d+)"', drawing)[1])  # type: ignore[index]
    rows = [["0"] * size for _ in range(size)]
    for column, row, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawing):
        for n in range(int(length)):
            rows[int(row)][int(column) + n] = "1"
    return ["".join(row) for row in rows]


def library(text: str, mask: int) -> Rows:
    made = segno.make(text, error="m", micro=False, mask=mask)
    return ["".join(map(str, row)) for row in made.matrix]


def counted(rows: Rows) -> int:
    """Count the points one module after another, as the standard tells it."""
    size, found = len(rows), 0
    columns = ["".join(row[n] for row in rows) for n in range(size)]
    for line in rows + columns:
        found += sum(len(run[0]) - 2 for run in re.finditer(r"0{5,}|1{5,}", line))
        corners = ("10111010000", "00001011101")
        found += 40 * sum(line.startswith(corners, n) for n in range(size))
    for y in range(size - 1):
        for x in range(size - 1):
            found += 3 * (len(set(rows[y][x : x + 2] + rows[y + 1][x : x + 2])) == 1)
    dark = sum(row.count("1") for row in rows) * 100 / size**2
    return found + 10 * int(abs(dark - 50) / 5)


@pytest.mark.parametrize("text", TEXTS)
def test_the_code_is_the_librarys_with_the_mask_of_the_fewest_points(text: str) -> None:
    masked = [library(text, mask) for mask in range(8)]

    assert rows_of(qr_drawing(text)) == min(masked, key=counted)


@pytest.mark.parametrize("text", TEXTS)
def test_points_are_those_that_are_counted_one_by_one(text: str) -> None:
    for mask in range(8):
        rows = library(text, mask)
        assert points(int("".join(rows), 2), len(rows)) == counted(rows)
