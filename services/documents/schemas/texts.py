"""Texts from outside: no characters that neither paper nor a database can carry."""

import math
import re
from typing import Any

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from marshmallow import ValidationError, fields, validate

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Every control character but the end of a line and the tabulator, lone surrogates, and the two
characters that XML, and so no data message, can carry."""
DEEPEST_FACTS = 12


def check_text(value: str) -> None:
    """Refuse control characters, lone surrogates and what XML cannot carry.

    Raises:
        ValidationError: the text holds one.
    """
    if UNPRINTABLE.search(value):
        raise ValidationError([N_("Text obsahuje znaky, které nelze vytisknout.")])


def text(longest: int, *, shortest: int = 0, **options: Any) -> fields.String:
    """Return a field for a text of limited length."""
    return fields.String(
        validate=[validate.Length(min=shortest, max=longest), check_text], **options
    )


def optional_text(longest: int) -> fields.String:
    """Return a field for a text that may be missing or null."""
    return text(longest, load_default=None, allow_none=True)


def check_facts(value: Any, depth: int = 0) -> None:
    """Refuse facts that cannot be kept as JSON for ever.

    Raises:
        ValidationError: too deep, a number that JSON does not know, or a bad text.
    """
    if depth > DEEPEST_FACTS:
        raise ValidationError([N_("Údaje jsou vnořené příliš hluboko.")])
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValidationError([N_("Číslo musí být konečné.")])
    elif isinstance(value, dict):
        for key, inner in value.items():
            check_text(key)
            check_facts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            check_facts(inner, depth + 1)
