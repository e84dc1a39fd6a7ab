"""The first page gathers what waits in all three services."""

from dataclasses import replace
from datetime import date

import pytest

from services.evaluation.web import home
from shared.contracts.tasks import TaskView
from tests.evaluation.browser import Browser
from tests.evaluation.house import House

SOON = TaskView(
    what="Zaregistrovat žádost",
    subject="Obec Lipová",
    url="/registry/office/applications/1",
    button="Zaregistrovat",
    due=date(2026, 6, 2),
    reason="do 7 dnů",
)
LATER = TaskView("Odeslat poštou", "D-7 – Jana", "/documents/deliveries/7", "Vyřídit doručení")


def test_what_waits_elsewhere_is_listed_by_deadline(house: House) -> None:
    house.registry.tasks, house.documents.tasks = [SOON], [LATER]

    page = Browser(house, "assistant").open("/")

    places = [page.index(one) for one in (SOON.url, LATER.url)]
    assert places == sorted(places)
    assert "do 7 dnů" in page
    assert "seznam není úplný" not in page


@pytest.mark.parametrize("name", ["registry", "documents"])
def test_a_service_that_does_not_answer_is_not_passed_over_in_silence(
    house: House, name: str
) -> None:
    house.registry.tasks, house.documents.tasks = [SOON], [LATER]
    getattr(house, name).is_down = True

    page = Browser(house, "assistant").open("/")

    assert "seznam není úplný" in page
    assert (SOON.url in page, LATER.url in page) == (name != "registry", name != "documents")


MORE = "Další se ukážou, až tyto vyřídíte."


def test_what_another_service_did_not_list_is_told(house: House) -> None:
    house.registry.tasks = [SOON, replace(SOON, url="/registry/2", has_more=True)]

    assert MORE in Browser(house, "assistant").open("/")

    house.registry.tasks = [SOON]
    assert MORE not in Browser(house, "assistant").open("/")


def test_no_more_is_shown_than_a_person_can_look_through(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "MOST_SHOWN", 1)
    house.registry.tasks, house.documents.tasks = [LATER], [SOON]

    page = Browser(house, "assistant").open("/")

    assert (SOON.url in page, LATER.url in page, MORE in page) == (True, False, True)
