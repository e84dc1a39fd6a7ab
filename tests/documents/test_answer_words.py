"""What went on last with a delivery is told in words; what the program keeps for itself is not."""

import ast
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from services.documents.dispatch.desk import KEPT, NotReady, kept_code
from services.documents.domain.deliveries import UNKNOWN
from services.documents.domain.isds_outcome import REFUSALS
from services.documents.domain.refused_logins import LOGIN_FAULTS
from services.documents.models import Delivery, db
from services.documents.verification.sandbox import Busy
from services.documents.web.answer_words import answer_words
from services.documents.web.proof_words import FAULTS
from shared.db import transaction
from tests.documents.offices import DIRECTOR, Office, letter
from tests.house.apps import app_of

OURS = [
    *("created 0000", "not_created", "not_created 3008", "not_created 401", "unknown"),
    *("unknown 9002", "other-bytes", "not-issued", "ZeroDivisionError, see the log."),
    *("The answer is too long.", "No data box is set up.", "Connection aborted."),
    "The login was refused; it is not tried again so soon.",
    "The data box is another organisation's.",
    *(f"not_created {code}" for code in sorted(REFUSALS)),
    *KEPT.values(),
    *FAULTS,
    *(f"{kind} {code}".strip() for kind in ("", "not_created", "unknown") for code in LOGIN_FAULTS),
]
SOURCES = Path(__file__).parents[2] / "services/documents"
WITHOUT_ANSWER = {
    "The holder of the box is missing.",
    "The list of sent messages does not end.",
    "HTTP Karel Podvodník",
}
"""Of these "ISDS did not answer, or its answers make no sense" is the whole truth."""


def raised(*names: str) -> Iterator[str]:
    """Return every sentence of ours that is raised in such an error, with a name for a value."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names and node.args:
                given = node.args[0]
                parts = given.values if isinstance(given, ast.JoinedStr) else [given]
                if isinstance(parts[0], ast.Constant):
                    yield "".join(_part(one) for one in parts)


def _part(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "Karel Podvodník"


def test_every_sentence_of_the_source_has_words_of_its_own() -> None:
    found = set(raised("GatewayUnavailable"))

    with app_of("documents").test_request_context(), force_locale("cs"):
        unforeseen = answer_words("anything else")
        others = {one for one in found if answer_words(one) == unforeseen}

    assert len(found) > 4, "the sentences are found"
    assert others == WITHOUT_ANSWER


@pytest.mark.parametrize("language", ["cs", "en", "de"])
@pytest.mark.parametrize("told", OURS)
def test_no_word_of_the_program_is_shown(told: str, language: str) -> None:
    with app_of("documents").test_request_context(), force_locale(language):
        shown = answer_words(told)

    if language != "en":  # in which a sentence of the program may be the very same
        assert told.rstrip(".") not in shown
    assert shown.endswith(".")
    assert "created" not in shown
    code = "".join(sign for sign in told if sign.isdigit())
    assert code in shown or told == "created 0000"


def test_what_isds_said_is_shown_with_its_code() -> None:
    with app_of("documents").test_request_context(), force_locale("cs"):
        shown = answer_words("1004 Nemáte oprávnění.")

    assert "Nemáte oprávnění." in shown
    assert "1004" in shown


@given(st.text("abcdefgh XYZ.!", min_size=8).filter(lambda told: told.strip()[:1].isalpha()))
def test_nothing_unforeseen_is_repeated(told: str) -> None:
    with app_of("documents").test_request_context(), force_locale("cs"):
        assert told not in answer_words(told)


def test_the_page_of_a_delivery_tells_it(office: Office) -> None:
    made = office.put(letter())
    office.work(2)
    found = office.view(made["id"])["delivery"]
    with office.context(), transaction(db.session()) as session:
        row = session.get_one(Delivery, UUID(found["id"]))
        row.state, row.last_error = UNKNOWN, "created 0000"

    page = office.browser(DIRECTOR).get(f"/deliveries/{found['id']}").text

    assert "ISDS zprávu přijal." in page
    assert "created" not in page


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotReady("Level none, trouble no_seal."), "Dokument ještě nemá všechny doklady"),
        (Busy(), "Ověřování souborů mělo právě moc práce"),
    ],
)
def test_what_is_our_own_affair_is_not_told_of_isds(error: Exception, words: str) -> None:
    with app_of("documents").test_request_context(), force_locale("cs"):
        shown = answer_words(kept_code(error))

    assert words in shown
    assert "ISDS" not in shown
