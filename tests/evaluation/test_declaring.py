"""A declaration of interests says what the person meant, or is refused; nothing is lost."""

import pytest

from services.evaluation.models import Declaration, InterestLink, db
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, case_id

PATH = f"/calls/{CALL}/declaration"
TIE = {"links-0-type": "employee", "links-0-target": f"applicant:{case_id('p12')}"}


@pytest.fixture
def member(house: House) -> Browser:
    house.open_call(["p12", "p13"])
    house.set_committee(declare=False)
    return Browser(house, "evaluator 1")


def declared(house: House) -> tuple[int, int]:
    with house.app.app_context():
        mine = db.session.query(Declaration).filter_by(person_name="Evaluator 1")
        return mine.count(), db.session.query(InterestLink).count()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Vyberte prosím jednu z možností"),
        ({"has_link": "no", **TIE}, "Uvedli jste, že vztah nemáte"),
        ({"has_link": "no", "links-0-evidence": "bratr"}, "Uvedli jste, že vztah nemáte"),
        ({"has_link": "yes"}, "Vyplňte níže, o jaký vztah jde"),
        ({"has_link": "yes", "links-0-evidence": "bratr"}, "Vyberte, o jaký vztah jde"),
        ({"has_link": "yes", "links-0-type": "family"}, "právě jedno"),
    ],
)
def test_what_contradicts_itself_is_refused_and_comes_back(
    house: House, member: Browser, values: dict[str, str], said: str
) -> None:
    member.send(PATH, {"is_true": True, **values}, button="Podat prohlášení", status=422)

    assert said in member.said
    kept = member.fields("Podat prohlášení")
    assert all(kept[name].strip() == value for name, value in values.items())
    assert declared(house) == (0, 0)


def test_nothing_is_chosen_beforehand(member: Browser) -> None:
    member.open(PATH)

    fields = member.fields("Podat prohlášení")
    assert "has_link" not in fields
    assert fields["links-0-type"] == ""


def test_several_ties_are_declared_at_once_and_said_back(house: House, member: Browser) -> None:
    member.send(PATH, {"has_link": "yes", **TIE}, button="Přidat další vztah", status=200)
    kept = member.fields("Podat prohlášení")
    assert kept["links-0-type"] == "employee"
    path = member.answer.request.path if member.answer else ""
    values = kept.copy()
    values["links-1-type"] = "residence"
    values["links-1-municipality"] = "Lipová"
    values["is_true"] = "y"

    reply = member.client.post(path, data=values, base_url="http://localhost/evaluation")

    assert reply.status_code == 303
    assert declared(house) == (1, 2)
    page = member.open(PATH)
    assert "Zapsali jsme: jsem zaměstnanec žadatele" in page
    assert "Prohlášení jste podali" in page
    assert "Podat prohlášení o střetu zájmů</" not in page
