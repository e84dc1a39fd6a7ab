"""What the pages have in common: words and the office's roles."""

from typing import Any

from flask import render_template

from services.documents.desk import OFFICE_ROLES
from services.documents.web.words import WORDS
from shared.auth import roles

OFFICE = roles(*OFFICE_ROLES)
READERS = roles("director", "assistant", "registrar", "auditor")


def page(template: str, **values: Any) -> str:
    """Render a page with the words of states."""
    return render_template(f"documents/{template}", words=WORDS, **values)
