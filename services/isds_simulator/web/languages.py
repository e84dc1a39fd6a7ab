"""The language of the pages: the one chosen in the product, else the browser's, else Czech."""

from pathlib import Path

from flask import Flask, request
from flask_babel import Babel, get_locale

LANGUAGES = ("cs", "en", "de")
COOKIE = "vyzva_lang"
"""Cookies know no ports, so the choice made in the product holds here too."""


def speak(app: Flask) -> None:
    """Set up the catalogues of the simulator."""
    folder = Path(__file__).parent.parent / "translations"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    app.config["BABEL_DEFAULT_LOCALE"] = "cs"
    Babel(app, locale_selector=_language)
    app.context_processor(lambda: {"language": str(get_locale() or "cs")})


def _language() -> str:
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES, default="cs") or "cs"
