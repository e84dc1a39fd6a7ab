"""What the pages have in common: words, the office's roles, errors on a form."""

from collections.abc import Callable
from typing import Any

from flask import current_app, render_template

from services.documents.web.words import WORDS
from shared.auth import roles
from shared.errors import DomainError
from shared.problems import problem_of, sentence

OFFICE_ROLES = ("director", "assistant", "registrar")
OFFICE = roles(*OFFICE_ROLES)
READERS = roles("director", "assistant", "registrar", "auditor")


def page(template: str, **values: Any) -> str:
    """Render a page with the words of states."""
    return render_template(f"documents/{template}", words=WORDS, **values)


def attempt(form: Any, act: Callable[[], Any]) -> tuple[bool, str, int]:
    """Run the act of a posted form: whether it was done, what went wrong, and the status."""
    if not form.validate_on_submit():
        return False, "", 422 if form.is_submitted() else 200
    try:
        act()
    except DomainError as error:
        current_app.logger.debug("an act was refused")
        return False, sentence(error), problem_of(error).status
    return True, "", 200
