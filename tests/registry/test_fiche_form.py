"""The form of a fiche: the mark of an optional attachment is written in each language."""

import pytest

from services.registry.domain.fiches import AcceptabilityCriterion, Attachment, Fiche
from services.registry.web.forms_calls import FicheForm
from shared.web import LANGUAGE_COOKIE
from tests.registry.office import Office

pytestmark = pytest.mark.one_database

FICHE = Fiche(
    "F3",
    "Cestovní ruch",
    attachments=(
        Attachment("rozpocet", "Rozpočet"),
        Attachment("foto", "Fotografie", is_mandatory=False),
    ),
    acceptability=(AcceptabilityCriterion("ucel", "Projekt je v souladu s fichí."),),
)


@pytest.mark.parametrize(
    ("language", "mark"), [("cs", "(nepovinná)"), ("en", "(optional)"), ("de", "(optional)")]
)
def test_the_optional_mark_follows_the_language_and_is_read_back(
    office: Office, language: str, mark: str
) -> None:
    with office.app.test_request_context(headers={"Cookie": f"{LANGUAGE_COOKIE}={language}"}):
        form = FicheForm(formdata=None)
        form.fill(FICHE)
        form.scoring.data = ""

        assert form.attachments.data == f"Rozpočet\nFotografie {mark}"
        assert mark in str(form.attachments.description)
        assert form.fiche(FICHE).attachments == FICHE.attachments


def test_a_mark_of_another_language_is_understood(office: Office) -> None:
    with office.app.test_request_context():
        form = FicheForm(formdata=None)
        form.fill(FICHE)
        form.scoring.data = ""
        form.attachments.data = "Rozpočet (optional)\nFotografie"

        read = form.fiche(FICHE).attachments

    assert [(item.code, item.is_mandatory) for item in read] == [
        ("rozpocet", False),
        ("foto", True),
    ]
