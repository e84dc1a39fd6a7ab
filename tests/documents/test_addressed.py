"""Nobody gets another one's letter: the signed bytes are asked to whom they go (T8)."""

import json
from typing import Any
from uuid import UUID

import pytest

from services.documents.addressed import check_addressed
from services.documents.domain.addressed import Letter, check_letter
from services.documents.domain.records import FileUnsound
from services.documents.models import Delivery, db
from services.documents.rendering.attached import FactsUnreadable, facts_in
from tests.documents.conftest import FARM, TOWN, Simulator
from tests.documents.offices import Office, letter, open_office
from tests.documents.test_dispatch import (
    change,
    delivery_of,
    gateway,  # noqa: F401 - the fixture behind the next one
    issue,
    sender,  # noqa: F401 - a fixture
)

LETTER = Letter("1", "MAS-2026-000001", "Obec Abertamy", "aydaadk")
FACTS: dict[str, Any] = {
    "id": "1",
    "number": "MAS-2026-000001",
    "addressee": {"name": "Obec Abertamy", "data_box_id": "AYDAADK "},
}


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        (FACTS, None),
        ({**FACTS, "addressee": {"name": "Obec Abertamy", "data_box_id": None}}, None),
        ({**FACTS, "addressee": {"name": "Obec Abertamy", "data_box_id": "vqbab52"}}, "box"),
        ({**FACTS, "addressee": {"name": "Obec Aš", "data_box_id": "aydaadk"}}, "recipient"),
        ({**FACTS, "addressee": "Obec Abertamy"}, "recipient"),
        ({"id": "1", "number": "MAS-2026-000001"}, "recipient"),
        ({**FACTS, "number": "MAS-2026-000002"}, "number"),
        ({**FACTS, "id": "2"}, "id"),
        ({}, "id"),
    ],
)
def test_what_differs_is_named(facts: dict[str, Any], wrong: str | None) -> None:
    assert check_letter(LETTER, facts) == wrong


def test_a_letter_whose_row_names_another_box_goes_where_the_document_says(
    sender: Office,  # noqa: F811 - the fixture
    simulator: Simulator,
) -> None:
    made = issue(sender, TOWN)
    change(sender, made, data_box_id=FARM)

    sender.work(2)

    assert [message["recipient_id"] for message in simulator.messages()] == [TOWN]


def test_a_letter_whose_row_names_another_recipient_stays_here(
    sender: Office,  # noqa: F811 - the fixture
    simulator: Simulator,
) -> None:
    made = issue(sender, TOWN)
    change(sender, made, recipient_name="Horský dvůr, s. r. o.")

    sender.work(2)

    assert simulator.messages() == []
    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("needs_person", "unsound_file")


@pytest.fixture(params=["3a", "2a"])
def two(request: pytest.FixtureRequest, tmp_path: Any, database_url: str) -> tuple[Office, Any]:
    """Two issued letters, with the facts attached or beside the file."""
    office = open_office(tmp_path / "var", database_url, profile=request.param)
    made = [
        office.put(letter(box=TOWN)),
        office.put(letter(box=TOWN)),
    ]
    office.work(2)
    return office, made


def _deliveries(office: Office, made: Any) -> list[Delivery]:
    found = []
    for one in made:
        delivery = db.session().query(Delivery).filter_by(document_id=UUID(one["id"])).one()
        found.append(delivery)
    return found


def test_the_right_file_passes_and_every_other_is_refused(two: tuple[Office, Any]) -> None:
    office, made = two
    files = office.app.extensions["documents-tools"].files
    with office.context():
        mine, other = _deliveries(office, made)
        right, wrong = (files.get(one.document.sha256) for one in (mine, other))

        check_addressed(files, mine, right)

        for file in (wrong, right[:-1][: len(right) // 2], b"", b"%PDF-1.7"):
            with pytest.raises(FileUnsound):
                check_addressed(files, mine, file)
        # Without an attachment only the facts beside the file can tell, so they are mixed up too.
        mine.document.preview_sha256 = other.document.preview_sha256
        mine.document.facts_sha256 = other.document.facts_sha256
        with pytest.raises(FileUnsound) as told:
            check_addressed(files, mine, wrong)
        db.session().rollback()
    assert told.value.params["code"].startswith("other-")


def test_the_attached_facts_are_those_beside_the_file(two: tuple[Office, Any]) -> None:
    office, made = two
    files = office.app.extensions["documents-tools"].files
    with office.context():
        document = _deliveries(office, made)[0].document
        kept = json.loads(files.get(document.facts_sha256))
        attached = facts_in(files.get(document.sha256))

    assert attached in (None, kept)
    assert kept["addressee"] == {"name": "Obec Abertamy", "data_box_id": TOWN}
    assert kept["number"] == made[0]["number"]


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7\nno", b"PK\x03\x04"])
def test_a_file_that_is_none_has_no_facts(broken: bytes) -> None:
    with pytest.raises(FactsUnreadable):
        facts_in(broken)
