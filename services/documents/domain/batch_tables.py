"""Tables that people bring from a spreadsheet: read as they were saved, never guessed. Pure."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.documents.domain.batches import MOST_ITEMS
from shared.errors import DomainError
from shared.formulas import unguarded

MOST_OCTETS = 2 * 1024 * 1024
"""Of a table; 5 000 lines of 400 characters."""
MOST_COLUMNS = 40
LONGEST_HEAD = 80
DELIMITERS = ";,\t"
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
WORTHLESS = re.compile(r"#(N/A|NENÍ_K_DISPOZICI|[A-ZÁ-Ž0-9_/]+[!?])")
"""What a spreadsheet writes where a formula failed."""


class TableNotText(DomainError):
    """The file is neither text in UTF-8 nor in Windows-1250."""


class TableTooLarge(DomainError):
    """Too many octets or lines. Params: ``most_kb``, ``most``."""


class TableEmpty(DomainError):
    """There is no line below the heads."""


class TableBroken(DomainError):
    """Quotation marks that begin in this line do not end where a cell ends."""


class ColumnUnnamed(DomainError):
    """A column with contents has no head. Params: ``position``."""


class ColumnTwice(DomainError):
    """Two columns have the same head."""


class TooManyCells(DomainError):
    """The line has more cells than there are heads. Params: ``cells``, ``columns``."""


class CellWorthless(DomainError):
    """A formula of the spreadsheet failed here. Params: ``text``."""


@dataclass(frozen=True)
class Fault:
    """Something wrong with a table, and where."""

    row: int
    """As the spreadsheet counts, from 1."""
    column: str
    """Head of the column; empty where it is not about one."""
    error: DomainError


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    number: int
    cells: tuple[str, ...]
    """One for each head, without white space around."""


@dataclass(frozen=True)
class Table:
    """A table as it was brought."""

    first: int
    """Line of the heads, as the spreadsheet counts."""
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8, with or without its mark, or else Windows-1250.

    Raises:
        TableTooLarge: more octets than a batch needs.
        TableNotText: it is something else, such as a workbook.

    Source:
        RFC 4180; Czech spreadsheets save "CSV" in Windows-1250 and "CSV UTF-8" with a mark.
    """
    if len(content) > MOST_OCTETS:
        raise TableTooLarge(most_kb=MOST_OCTETS // 1024, most=MOST_ITEMS)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = _of_windows(content, error)
    if CONTROLS.search(text):
        raise TableNotText()
    return text


def _of_windows(content: bytes, error: UnicodeDecodeError) -> str:
    """Return the text of a file that is no UTF-8, unless it is UTF-8 that somebody damaged."""
    read = content.decode("utf-8", "ignore")
    good = sum(1 for character in read if not character.isascii())
    bad = len(content) - len(read.encode())
    if content.startswith(b"\xef\xbb\xbf") or good > bad:
        raise TableNotText() from error
    try:
        return content.decode("cp1250")
    except UnicodeDecodeError as other:
        raise TableNotText() from other


def read_table(text: str) -> Table:
    """Return the lines of a table; what is wrong with single lines is among its faults.

    Raises:
        TableTooLarge: more lines or octets than a batch holds.
        TableNotText: characters that no spreadsheet writes.
        TableEmpty: nothing stands below the heads.

    Source:
        RFC 4180, with the delimiter that the first line uses.
    """
    if len(text.encode(errors="replace")) > MOST_OCTETS:
        raise TableTooLarge(most_kb=MOST_OCTETS // 1024, most=MOST_ITEMS)
    if CONTROLS.search(text):
        raise TableNotText()
    faults: list[Fault] = []
    lines = [line for line in _lines(text.removeprefix("\ufeff"), faults) if any(line.cells)]
    heads = _heads(lines[0], lines[1:], faults) if lines else ()
    rows = tuple(_row(line, heads, faults) for line in lines[1:])
    if not rows and not faults:
        raise TableEmpty()
    if len(rows) > MOST_ITEMS:
        raise TableTooLarge(most_kb=MOST_OCTETS // 1024, most=MOST_ITEMS)
    return Table(lines[0].number if lines else 1, heads, rows, tuple(faults))


def _lines(text: str, faults: list[Fault]) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            faults.append(Fault(number, "", TableBroken()))
            return
        if cells is None:
            return
        yield Row(number, tuple(unguarded(cell.strip()) for cell in cells))


def _delimiter(text: str) -> str:
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(DELIMITERS, key=first.count)


def _heads(first: Row, rows: Sequence[Row], faults: list[Fault]) -> tuple[str, ...]:
    """Return the heads; a column at the end that holds nothing at all is none."""
    heads = [" ".join(cell.split())[:LONGEST_HEAD] for cell in first.cells[:MOST_COLUMNS]]
    while heads and not heads[-1] and not any(len(row.cells) >= len(heads) for row in rows):
        heads.pop()
    for position, head in enumerate(heads, start=1):
        is_used = any(row.cells[position - 1 : position] not in ((), ("",)) for row in rows)
        if not head and is_used:
            faults.append(Fault(first.number, "", ColumnUnnamed(position=position)))
    seen: set[str] = set()
    for head in filter(None, heads):
        if head.casefold() in seen:
            faults.append(Fault(first.number, head, ColumnTwice()))
        seen.add(head.casefold())
    return tuple(heads)


def _row(line: Row, heads: Sequence[str], faults: list[Fault]) -> Row:
    over = line.cells[len(heads) :]
    if any(over):
        error = TooManyCells(cells=len(line.cells), columns=len(heads))
        faults.append(Fault(line.number, "", error))
    missing = len(heads) - len(line.cells)
    cells = line.cells[: len(heads)] + ("",) * missing
    for head, cell in zip(heads, cells, strict=True):
        if WORTHLESS.fullmatch(cell):
            faults.append(Fault(line.number, head, CellWorthless(text=cell[:40])))
    return Row(line.number, cells)
