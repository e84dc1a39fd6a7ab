"""Lines of a table as documents: what each column means, and a text with places to fill. Pure.

Source: R98 (a letter says who it is for and what is decided), R38 (the data box comes first).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stdnum.cz import dic

from services.documents.domain.batch_tables import Fault, Row, Table
from services.documents.domain.boxes import BadBoxId, check_box_id
from shared.errors import DomainError

TITLE, TEXT = "title", "text"
RECIPIENT, STREET, TOWN, COUNTRY = "recipient", "street", "town", "country"
BOX, IC = "box", "ic"
IC_DIGITS = 8
PLACE = re.compile(r"\{([^{}\n]{1,80})\}")
LONGEST = {TITLE: 300, RECIPIENT: 200, STREET: 120, TOWN: 120, COUNTRY: 120, TEXT: 20_000}
"""Characters, as in any document."""
LONGEST_VALUE = 2000
"""Characters of any other column."""


class CellMissing(DomainError):
    """The line needs something here."""


class CellTooLong(DomainError):
    """Params: ``most``, ``given``."""


class IcWrong(DomainError):
    """The identification number of an organisation is misspelt. Params: ``ic``."""


class NowhereToSend(DomainError):
    """The line has neither an address nor a data box nor an identification number."""


class LineTwice(DomainError):
    """The line says the same as another one. Params: ``first``."""


class ColumnMissing(DomainError):
    """The table has no such column, and nothing else says what should stand there."""


class ColumnUnknown(DomainError):
    """No place in the text asks for the column. Params: ``column``."""


class PlaceUnknown(DomainError):
    """The text asks for a column that the table does not have. Params: ``place``."""


class LineUnfit(DomainError):
    """The line breaks a limit of every document. Params: ``reason``."""


class LinesWrong(DomainError):
    """Some lines cannot become documents. Params: ``count``."""


@dataclass(frozen=True)
class ColumnRule:
    """A column that means something by itself."""

    key: str
    cs: str
    en: str
    de: str
    sample: str

    def name(self, language: str) -> str:
        """Return the head in a language; Czech where another one is asked for."""
        return {"en": self.en, "de": self.de}.get(language, self.cs)


COLUMNS = (
    ColumnRule(RECIPIENT, "Adresát", "Recipient", "Empfänger", "Obec Abertamy"),
    ColumnRule(STREET, "Ulice a číslo", "Street and number", "Straße und Nummer", "Farní 2"),
    ColumnRule(TOWN, "PSČ a obec", "Postcode and town", "PLZ und Ort", "362 35 Abertamy"),
    ColumnRule(COUNTRY, "Stát", "Country", "Staat", ""),
    ColumnRule(BOX, "Datová schránka", "Data box", "Datenbox", "aydaadk"),
    ColumnRule(IC, "IČO", "IČO", "IČO", "00254398"),
    ColumnRule(TITLE, "Název", "Title", "Titel", "Pozvánka na seminář pro žadatele"),
    ColumnRule(TEXT, "Text", "Text", "Text", ""),
)
_BY_NAME = {name.casefold(): one.key for one in COLUMNS for name in (one.cs, one.en, one.de)}


@dataclass(frozen=True)
class Common:
    """What is the same for every line; the table may say otherwise."""

    title: str
    text: str
    """With ``{name of a column}`` where the line's own value stands."""
    is_letter: bool
    """It must have somebody to go to."""


@dataclass(frozen=True)
class Line:
    """One document of a batch, as its line tells it."""

    number: int
    title: str
    text: str
    recipient: str
    address: tuple[str, ...]
    box: str | None
    ic: str | None
    values: Mapping[str, str] = field(default_factory=dict)
    """What was filled in, by the head of its column."""


def lines_of(table: Table, common: Common) -> tuple[list[Line], list[Fault]]:
    """Return the documents that the lines ask for, and everything that is wrong with them.

    A line with a fault is none of the documents. Faults come in the order of the lines; while
    something is wrong with the heads, the lines below mean nothing yet.

    Source:
        R98: a letter says who it is for; R38: a data box is used where there is one.
    """
    faults = [*table.faults, *_faults_of_heads(table, common)]
    if any(fault.row == table.first for fault in faults):
        return [], sorted(faults, key=lambda fault: fault.row)
    lines = []
    first: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        line, wrong = _line(_Cells(table.heads, row), common)
        same = first.setdefault(row.cells, row.number)
        if same != row.number:
            wrong.append(Fault(row.number, "", LineTwice(first=same)))
        faults += wrong
        lines.append(line)
    bad = {fault.row for fault in faults}
    faults.sort(key=lambda fault: fault.row)
    return [line for line in lines if line.number not in bad], faults


def key_of(head: str) -> str:
    """Return what a column means by itself; empty for any other."""
    return _BY_NAME.get(head.casefold(), "")


def places_in(text: str) -> list[str]:
    """Return the names of the places in a text, each once."""
    return list(dict.fromkeys(" ".join(name.split()) for name in PLACE.findall(text)))


class _Cells:
    """The cells of a line, by meaning and by head."""

    def __init__(self, heads: Sequence[str], row: Row) -> None:
        self.number = row.number
        self._by_head = dict(zip((head.casefold() for head in heads), row.cells, strict=True))
        self._heads = {key_of(head): head for head in heads if key_of(head)}

    def head(self, key: str) -> str:
        return self._heads.get(key) or next(one.cs for one in COLUMNS if one.key == key)

    def get(self, key: str) -> str:
        return self._by_head.get(self._heads.get(key, "").casefold(), "")

    def value(self, place: str) -> str | None:
        return self._by_head.get(place.casefold())


def _faults_of_heads(table: Table, common: Common) -> list[Fault]:
    known = {key_of(head) for head in table.heads}
    given = {RECIPIENT: not common.is_letter, TITLE: common.title, TEXT: common.text}
    names = {one.key: one.cs for one in COLUMNS}
    lacking = [key for key, is_given in given.items() if not is_given and key not in known]
    missing = [Fault(table.first, names[key], ColumnMissing()) for key in lacking]
    there = {head.casefold() for head in table.heads}
    asked = places_in(f"{common.title}\n{common.text}")
    unknown = [
        Fault(table.first, "", PlaceUnknown(place=place))
        for place in asked
        if place.casefold() not in there
    ]
    used = {place.casefold() for place in (*asked, *_own_places(table))}
    strange = [
        Fault(table.first, head, ColumnUnknown(column=head))
        for head in table.heads
        if head and not key_of(head) and head.casefold() not in used
    ]
    return [*missing, *unknown, *strange]


def _own_places(table: Table) -> Iterator[str]:
    """Give the places in the titles and texts that the table brings itself."""
    for place, head in enumerate(table.heads):
        if key_of(head) in (TITLE, TEXT):
            for row in table.rows:
                yield from places_in(row.cells[place])


def _line(cells: _Cells, common: Common) -> tuple[Line, list[Fault]]:
    check = _Check(cells)
    title = check.filled(TITLE, cells.get(TITLE) or common.title)
    text = check.filled(TEXT, cells.get(TEXT) or common.text)
    recipient = check.text(RECIPIENT)
    address = tuple(filter(None, (check.text(key) for key in (STREET, TOWN, COUNTRY))))
    line = Line(
        number=cells.number,
        title=title,
        text=text,
        recipient=recipient,
        address=address,
        box=check.box(),
        ic=check.ic(),
        values=check.values,
    )
    if common.is_letter and not recipient:
        check.note(RECIPIENT, CellMissing())
    elif recipient and not (address or cells.get(BOX) or cells.get(IC)):
        check.note(RECIPIENT, NowhereToSend())
    return line, check.faults


class _Check:
    """Reads a line and gathers what is wrong with it."""

    def __init__(self, cells: _Cells) -> None:
        self.cells = cells
        self.faults: list[Fault] = []
        self.values: dict[str, str] = {}

    def note(self, key: str, error: DomainError) -> None:
        self.faults.append(Fault(self.cells.number, self.cells.head(key), error))

    def text(self, key: str) -> str:
        return self._short(key, " ".join(self.cells.get(key).split()))

    def filled(self, key: str, text: str) -> str:
        """Return the text with the line's values in its places."""
        if not text.strip():
            self.note(key, CellMissing())
            return ""
        for place in places_in(text):
            self._take(key, place)
        found = PLACE.sub(lambda match: self.values.get(_plain(match[1]), ""), text)
        return self._short(key, found)

    def box(self) -> str | None:
        try:
            return check_box_id(self.cells.get(BOX)) if self.cells.get(BOX) else None
        except BadBoxId as error:
            self.note(BOX, error)
            return None

    def ic(self) -> str | None:
        given = "".join(self.cells.get(IC).split())
        if not given:
            return None
        padded = given.zfill(IC_DIGITS)
        # A spreadsheet leaves out the noughts in front; the check digit tells a slip.
        is_number = padded.isascii() and padded.isdigit() and len(padded) == IC_DIGITS
        if is_number and dic.calc_check_digit_legal(padded[:-1]) == padded[-1]:
            return padded
        self.note(IC, IcWrong(ic=given[:20]))
        return None

    def _take(self, key: str, place: str) -> None:
        value = self.cells.value(place)
        if value is None:
            self.note(key, PlaceUnknown(place=place))
        elif not value:
            self.faults.append(Fault(self.cells.number, place, CellMissing()))
        elif len(value) > LONGEST_VALUE:
            error = CellTooLong(most=LONGEST_VALUE, given=len(value))
            self.faults.append(Fault(self.cells.number, place, error))
        else:
            self.values[place] = value

    def _short(self, key: str, text: str) -> str:
        if len(text) > LONGEST[key]:
            self.note(key, CellTooLong(most=LONGEST[key], given=len(text)))
        return text


def _plain(place: str) -> str:
    return " ".join(place.split())
