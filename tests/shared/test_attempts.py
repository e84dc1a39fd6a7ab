"""A posted form is done, or refused with words and nothing lost; a lost race is no failure."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from shared.http import Unavailable
from shared.money import AmountNotReadable
from shared.web.attempts import attempt
from shared.web.forms import PageForm

pytestmark = pytest.mark.one_database


def raising(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


@pytest.fixture
def form(app: Flask) -> Iterator[PageForm]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(method="POST", data={"version": "1"}):
        yield PageForm()


def test_what_the_act_gives_is_kept(form: PageForm) -> None:
    tried = attempt(form, lambda: 7)

    assert (tried.is_done, tried.value, tried.status) == (True, 7, 200)


def test_a_form_that_was_not_sent_does_nothing(app: Flask) -> None:
    with app.test_request_context():
        tried = attempt(PageForm(), raising(AssertionError("the act was done")))

    assert (tried.is_done, tried.status) == (False, 200)
    with pytest.raises(ValueError, match="not done"):
        _ = tried.value


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (AmountNotReadable(text="x"), 422, "Částku „x“ nelze přečíst."),
        (StaleDataError(), 409, "mezitím změnil někdo jiný"),
        (Unavailable("documents", 503), 503, "Služba teď neodpovídá"),
    ],
)
def test_a_refusal_is_told_in_words(
    form: PageForm, error: Exception, status: int, words: str
) -> None:
    tried = attempt(form, raising(error))

    assert (tried.is_done, tried.status) == (False, status)
    assert words in tried.sentence


def test_whoever_loses_a_race_finds_what_the_first_click_made(form: PageForm) -> None:
    errors = [IntegrityError("insert", {}, Exception("UNIQUE"))]

    def act() -> str:
        if errors:
            raise errors.pop()
        return "found"

    assert attempt(form, act).value == "found"


def test_a_fault_of_ours_is_not_told_as_a_refusal(form: PageForm) -> None:
    with pytest.raises(RuntimeError):
        attempt(form, raising(RuntimeError("a fault")))
