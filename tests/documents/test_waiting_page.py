"""The first page shows the most urgent documents, and tells how many more there are."""

import pytest

from services.documents.web import waiting
from tests.documents.offices import CONTROLLER, DIRECTOR, Office, letter, record


def test_the_most_urgent_documents_come_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST_OF_A_KIND", 2)
    later = office.put(letter(DIRECTOR, dispatch_by="2026-05-20"))
    without_deadline = office.put(record(DIRECTOR))
    sooner = office.put(letter(DIRECTOR, dispatch_by="2026-05-05"))

    page = office.browser(DIRECTOR).get("/").text

    assert page.index(sooner["number"]) < page.index(later["number"])
    assert without_deadline["number"] not in page
    assert f"ids={sooner['id']},{later['id']}" in page.replace("%2C", ",")
    assert "Prohlédnout a podepsat prvních 2 dokumentů" in page
    assert "Dokumentů čekajících na váš podpis: 3" in page


def test_a_few_documents_are_offered_all_together(office: Office) -> None:
    for _ in range(2):
        office.put(record(CONTROLLER))

    page = office.browser(CONTROLLER).get("/").text

    assert "Podepsat oba dokumenty" in page
    assert "čekajících na váš podpis" not in page
