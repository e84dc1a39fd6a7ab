"""The page of an error says who may do it, and leads on; it speaks of typed text after a form."""

from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House


def test_a_refused_page_names_who_may_open_it(house: House) -> None:
    house.open_call(["p12"])

    page = Browser(house, "controller").open(f"/calls/{CALL}/committee", status=403)

    assert "Smí to: ředitelka." in page
    assert 'href="/evaluation/calls"' in page
    assert "Vraťte se tlačítkem" not in page


def test_a_missing_page_does_not_speak_of_roles_or_typed_text(house: House) -> None:
    page = Browser(house, "controller").open("/calls/nonsense", status=404)

    assert "Smí to" not in page
    assert "Vraťte se tlačítkem" not in page
    assert "Úvodní stránka" in page


def test_after_a_form_the_typed_text_is_spoken_of(house: House) -> None:
    house.open_call(["p12"])
    client = Browser(house, "controller").client

    reply = client.post(f"/calls/{CALL}/committee", base_url="http://localhost/evaluation")

    assert reply.status_code in (400, 403)
    assert "co jste napsali, v prohlížeči zůstalo" in reply.text
