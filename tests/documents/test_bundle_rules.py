"""Deadlines as they were kept, and names that a bundle keeps for itself."""

from datetime import date

import pytest

from services.documents.domain.bundles import (
    AT_LEAST,
    AT_MOST,
    Kept,
    PartNameTaken,
    check_part_names,
    judge_deadline,
)

TODAY, DUE = date(2026, 5, 20), date(2026, 5, 10)


@pytest.mark.parametrize(
    ("direction", "due", "done", "kept"),
    [
        pytest.param(AT_MOST, DUE, date(2026, 5, 7), Kept("kept", 3), id="three days to spare"),
        pytest.param(AT_MOST, DUE, DUE, Kept("kept", 0), id="on the last day"),
        pytest.param(AT_MOST, DUE, date(2026, 5, 11), Kept("missed", -1), id="a day late"),
        pytest.param(AT_MOST, date(2026, 5, 20), None, Kept("running", 0), id="today still"),
        pytest.param(AT_MOST, date(2026, 5, 19), None, Kept("overdue", -1), id="since yesterday"),
        pytest.param(AT_LEAST, DUE, date(2026, 5, 12), Kept("kept", 2), id="longer than asked"),
        pytest.param(AT_LEAST, DUE, date(2026, 5, 9), Kept("missed", -1), id="a day too short"),
        pytest.param(AT_LEAST, date(2026, 5, 25), None, Kept("running", -5), id="not over yet"),
        pytest.param(AT_LEAST, DUE, None, Kept("running", 10), id="nothing is late by waiting"),
    ],
)
def test_a_deadline_has_a_verdict_and_a_margin(
    direction: str, due: date, done: date | None, kept: Kept
) -> None:
    assert judge_deadline(due, done, TODAY, direction) == kept


@pytest.mark.parametrize(
    "names",
    [
        ["documents/x.pdf"],
        ["index.html"],
        ["trust/own.pem"],
        ["countersigned/2026-0001/01-copy.pdf"],
        ["mimetype"],
        ["log/documents.ndjson"],
        ["facts/a.json", "facts/a.json"],
    ],
)
def test_a_part_cannot_take_a_name_of_the_bundle(names: list[str]) -> None:
    with pytest.raises(PartNameTaken):
        check_part_names(names)


def test_other_names_are_free() -> None:
    check_part_names(["facts/a.json", "facts/b.json", "log/registry.ndjson"])
