"""A table as a file: a Czech spreadsheet opens it by a click and computes nothing in it."""

import csv
import io

import pytest

from shared.web.csv_files import csv_response


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_letters_semicolons_and_quotation_marks_survive() -> None:
    reply = csv_response("zadosti", ["Žadatel"], [['Škola; "Kovářská"\nII', None]])

    assert reply.get_data().startswith(b"\xef\xbb\xbf")
    assert read(reply.get_data()) == [["Žadatel"], ['Škola; "Kovářská"\nII', ""]]
    assert reply.headers["Content-Disposition"] == 'attachment; filename="zadosti.csv"'
    assert reply.mimetype == "text/csv"


@pytest.mark.parametrize("text", ["=1+1", "+420", "-x", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_a_text_never_becomes_a_formula(text: str) -> None:
    ((cell,),) = read(csv_response("x", [text], []).get_data())

    assert cell.startswith("'")


def test_numbers_stay_numbers() -> None:
    assert read(csv_response("x", ["n"], [[-5]]).get_data())[1] == ["-5"]
