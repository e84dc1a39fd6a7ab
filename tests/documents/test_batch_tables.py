"""Tables from a spreadsheet: how they are read, and everything that can be wrong with a line."""

from typing import Any

import pytest

from services.documents.domain.batch_lines import (
    COLUMNS,
    CellMissing,
    CellTooLong,
    ColumnMissing,
    ColumnUnknown,
    Common,
    IcWrong,
    LineTwice,
    NowhereToSend,
    PlaceUnknown,
    lines_of,
)
from services.documents.domain.batch_tables import (
    MOST_OCTETS,
    CellWorthless,
    ColumnTwice,
    ColumnUnnamed,
    TableBroken,
    TableEmpty,
    TableNotText,
    TableTooLarge,
    TooManyCells,
    decoded,
    read_table,
)
from services.documents.domain.boxes import BadBoxId
from shared.formulas import guarded, unguarded

LETTER = Common("Pozvánka", "Zveme vás.", is_letter=True)
HEADS = "Adresát;Ulice a číslo;PSČ a obec;Datová schránka;IČO\n"
TOWN = "Obec Abertamy;Farní 2;362 35 Abertamy;aydaadk;254398\n"


def faults(text: str, common: Common = LETTER) -> list[tuple[int, str, type[Exception]]]:
    return [(one.row, one.column, type(one.error)) for one in _lines(text, common)[1]]


def _lines(text: str, common: Common = LETTER) -> Any:
    return lines_of(read_table(text), common)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_what_a_spreadsheet_saves_is_read(delimiter: str, end: str, encoding: str) -> None:
    saved = (HEADS + TOWN).replace(";", delimiter).replace("\n", end).encode(encoding)

    [line], wrong = _lines(decoded(saved))

    assert wrong == []
    assert line.recipient == "Obec Abertamy"
    assert line.address == ("Farní 2", "362 35 Abertamy")
    assert (line.box, line.ic) == ("aydaadk", "00254398")
    assert (line.title, line.text) == ("Pozvánka", "Zveme vás.")


def test_quoted_cells_hold_delimiters_quotes_and_lines() -> None:
    text = 'Adresát;PSČ a obec;Text\n"Obec; ""Hory""";1;"První.\n\nDruhý; odstavec."\n'

    [line], wrong = _lines(text)

    assert wrong == []
    assert (line.recipient, line.text) == ('Obec; "Hory"', "První.\n\nDruhý; odstavec.")


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04\x14\x00workbook",
        "Adresát;Obec\n".encode("utf-16"),
        "Adresát;Ulice a číslo\nŽďár;Příční".encode()[:-1] + b"\xff",
        b"\xef\xbb\xbfAdres\xe1t;Obec",
        b"a;b\x00c",
        b"a;\x98\x81",
    ],
    ids=["a workbook", "UTF-16", "damaged UTF-8", "a mark that lies", "NUL", "no character"],
)
def test_what_is_no_text_table_is_refused(content: bytes) -> None:
    with pytest.raises(TableNotText):
        decoded(content)


def test_a_table_has_a_largest_size_and_most_lines() -> None:
    with pytest.raises(TableTooLarge):
        decoded(b"x" * (MOST_OCTETS + 1))
    with pytest.raises(TableTooLarge):
        read_table("ž" * (MOST_OCTETS // 2 + 1))
    with pytest.raises(TableTooLarge):
        read_table("a\n" + "x\n" * 5001)
    assert len(read_table("a\n" + "x\n" * 5000).rows) == 5000


@pytest.mark.parametrize("text", ["", "\n \n", HEADS, f"{HEADS};;;;\n"])
def test_a_table_without_lines_is_refused(text: str) -> None:
    with pytest.raises(TableEmpty):
        read_table(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HEADS + TOWN + 'Obec;"Farní', (3, "", TableBroken)),
        (HEADS + TOWN + 'Obec;"Farní" 2;x', (3, "", TableBroken)),
        ("Adresát;;IČO\nObec;x;254398", (1, "", ColumnUnnamed)),
        ("Adresát;IČO;ičo\nObec;254398;1", (1, "ičo", ColumnTwice)),
        ("Adresát;PSČ a obec\nObec;Praha;Praha", (2, "", TooManyCells)),
        ("Adresát;PSČ a obec\n\nObec;#N/A", (3, "PSČ a obec", CellWorthless)),
        ("Adresát;PSČ a obec\nObec;#HODNOTA!", (2, "PSČ a obec", CellWorthless)),
        ("Ulice a číslo\nFarní 2", (1, "Adresát", ColumnMissing)),
        ("Adresát;Adresa;IČO\nObec;Farní 2;254398", (1, "Adresa", ColumnUnknown)),
        ("Adresát;IČO\n;254398", (2, "Adresát", CellMissing)),
        ("Adresát;IČO\nObec;254399", (2, "IČO", IcWrong)),
        ("Adresát;IČO\nObec;2,5E+05", (2, "IČO", IcWrong)),
        ("Adresát;Datová schránka\nObec;aydaadd", (2, "Datová schránka", BadBoxId)),
        ("Adresát;IČO\nObec;", (2, "Adresát", NowhereToSend)),
        ("Adresát;IČO\nObec;254398\n\nObec;254398", (4, "", LineTwice)),
        (f"Adresát;IČO\n{'O' * 201};254398", (2, "Adresát", CellTooLong)),
        (f"Adresát;IČO;Název\nObec;254398;{'N' * 301}", (2, "Název", CellTooLong)),
    ],
)
def test_each_fault_is_told_with_its_line_and_column(text: str, found: Any) -> None:
    assert faults(text) == [found]


def test_every_line_is_judged_and_good_ones_stay() -> None:
    text = "Adresát;IČO\n;254398\nObec;254398\nMěsto;254399\nVes;\n"

    lines, wrong = _lines(text)

    assert [line.number for line in lines] == [3]
    assert [(one.row, type(one.error)) for one in wrong] == [
        (2, CellMissing),
        (4, IcWrong),
        (5, NowhereToSend),
    ]


def test_values_are_filled_into_title_and_text() -> None:
    common = Common("Pozvánka – {Obec}", "Vážený {  oslovení }, {Obec}.", is_letter=True)
    text = "Adresát;IČO;Oslovení;Obec\nA;254398;pane starosto;Abertamy {x}\n"

    [line], wrong = _lines(text, common)

    assert wrong == []
    assert line.title == "Pozvánka – Abertamy {x}"
    assert line.text == "Vážený pane starosto, Abertamy {x}."
    assert line.values == {"Obec": "Abertamy {x}", "oslovení": "pane starosto"}


def test_a_place_without_a_value_is_a_fault() -> None:
    common = Common("Pozvánka", "Vážený {Oslovení}, {Termín}", is_letter=True)

    assert faults("Adresát;IČO;Oslovení\nA;254398;x", common) == [(1, "", PlaceUnknown)]
    assert faults("Adresát;IČO;Oslovení;Termín\nA;254398;;z", common) == [
        (2, "Oslovení", CellMissing)
    ]
    assert faults("Adresát;IČO;Text\nA;254398;Dne {Kdy}") == [(2, "Text", PlaceUnknown)]


def test_without_a_common_text_the_table_must_bring_it() -> None:
    common = Common("", "", is_letter=False)

    assert faults("IČO\n254398", common) == [
        (1, "Název", ColumnMissing),
        (1, "Text", ColumnMissing),
    ]
    assert faults("Název;Text\nA;B\nC;", common) == [(3, "Text", CellMissing)]


@pytest.mark.parametrize("language", ["cs", "en", "de"])
def test_heads_may_be_in_each_language_of_the_page(language: str) -> None:
    heads = ";".join(column.name(language) for column in COLUMNS)
    cells = ";".join(column.sample or "x" for column in COLUMNS)

    [line], wrong = _lines(f"{heads}\n{cells}", Common("", "Text", is_letter=True))

    assert wrong == []
    assert line.address == ("Farní 2", "362 35 Abertamy", "x")


@pytest.mark.parametrize("text", ["=1+1", "+420", "-", "@x", " =1", "\tx"])
def test_a_formula_leaves_guarded_and_comes_back_as_it_was(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text
    assert unguarded("'uvozovka") == "'uvozovka"
