"""The pages of the simulator speak the language chosen in the product."""

import pytest

from services.isds_simulator.app import create_app
from services.isds_simulator.config import SimulatorSettings

pytestmark = pytest.mark.one_database

BOX = {"id": "aydaadk", "type": "OVM", "name": "Obec Abertamy", "ic": "00254398"}


@pytest.mark.parametrize(
    ("chosen", "browser", "lang", "words"),
    [
        ("", "", "cs", ("Datové schránky", "Čeká na přihlášení", "přístupná")),
        ("", "en", "en", ("Data boxes", "Awaits signing in", "open")),
        ("de", "en", "de", ("Datenboxen", "Wartet auf Anmeldung", "zugänglich")),
        ("xx", "", "cs", ("Datové schránky",)),
    ],
)
def test_pages_follow_the_language(
    settings: SimulatorSettings, chosen: str, browser: str, lang: str, words: tuple[str, ...]
) -> None:
    client = create_app(settings).test_client()
    assert client.post("/control/boxes", json=BOX).status_code < 300
    if chosen:
        client.set_cookie("vyzva_lang", chosen)

    index = client.get("/", headers={"Accept-Language": browser})
    box = client.get("/boxes/aydaadk", headers={"Accept-Language": browser})

    assert (index.status_code, box.status_code) == (200, 200)
    assert f'<html lang="{lang}">' in index.text
    for text in words:
        assert text in index.text
    assert f'<html lang="{lang}">' in box.text
