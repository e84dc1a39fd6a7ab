"""What is wrong with single values of a request, in words: marshmallow speaks English only."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

N_ = lazy_gettext
# Where webargs found the values; a caller knows that and looks for the field's own name.
PLACES = {"json", "query", "form", "files", "headers", "cookies", "path"}
WORDS: tuple[tuple[re.Pattern[str], Any], ...] = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"Missing data for required field\.", N_("Tento údaj chybí.")),
        (r"Field may not be null\.", N_("Tento údaj nesmí být prázdný.")),
        (r"Unknown field\.", N_("Takový údaj neznáme.")),
        (r"Not a valid UUID\.", N_("Toto není platné označení (UUID).")),
        (r"Not a valid (utf-8 )?string\.", N_("Napište text.")),
        (r"Not a valid (number|integer)\.|Number too large\.", N_("Napište číslo.")),
        (r"Not a valid boolean\.", N_("Napište ano (true), nebo ne (false).")),
        (r"Not a valid date\.", N_("Napište den jako RRRR-MM-DD.")),
        (
            r"Not a valid (aware )?(datetime|time)\.",
            N_("Napište čas podle RFC 3339 i s časovým pásmem."),
        ),
        (r"Year out of range\.", N_("Rok musí být mezi 1900 a 2199.")),
        (r"Not a valid list\.", N_("Zde má být seznam.")),
        (r"(Not a valid mapping|Invalid input) type\.", N_("Zde má být objekt.")),
        (r"Invalid JSON body\.", N_("Tělo požadavku není platný JSON.")),
        (r"Must be one of: (?P<choices>.*)\.", N_("Možné hodnoty: %(choices)s.")),
        (r"Shorter than minimum length (?P<min>\d+)\.", N_("Nejméně znaků či prvků: %(min)s.")),
        (r"Longer than maximum length (?P<max>\d+)\.", N_("Nejvíce znaků či prvků: %(max)s.")),
        (
            r"Length must be between (?P<min>\d+) and (?P<max>\d+)\.",
            N_("Počet znaků či prvků: od %(min)s do %(max)s."),
        ),
        (
            r"Must be greater than or equal to (?P<min>\S+)"
            r" and less than or equal to (?P<max>\S+)\.",
            N_("Hodnota smí být od %(min)s do %(max)s."),
        ),
        (r"Must be greater than or equal to (?P<min>\S+)\.", N_("Nejmenší hodnota: %(min)s.")),
        (r"Must be less than or equal to (?P<max>\S+)\.", N_("Největší hodnota: %(max)s.")),
        (
            r"Invalid (value|input|type)\.|String does not match expected pattern\.",
            N_("Tuto hodnotu nelze přijmout."),
        ),
    )
)


def field_errors(messages: Any) -> list[dict[str, str]]:
    """Flatten nested messages into rows ``{"field": "items.0.name", "detail": "..."}``."""
    if isinstance(messages, Mapping) and messages and set(messages) <= PLACES:
        return [row for inner in messages.values() for row in _rows(inner, "")]
    return list(_rows(messages, ""))


def _rows(messages: Any, path: str) -> Iterator[dict[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            # "_schema" is marshmallow's name for the whole.
            step = "" if name == "_schema" else str(name)
            yield from _rows(inner, ".".join(part for part in (path, step) if part))
        return
    for text in messages if isinstance(messages, list) else [messages]:
        yield {"field": path, "detail": in_words(str(text))}


def in_words(message: str) -> str:
    """Return marshmallow's message, or one of ours, in the language of the request."""
    for pattern, text in WORDS:
        if found := pattern.fullmatch(message):
            return str(text) % found.groupdict() if "%(" in str(text) else str(text)
    return gettext(message) if message else ""
