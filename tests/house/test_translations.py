"""Every text for people speaks Czech, English and German, and the compiled form is fresh."""

import io
import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo

from tests.house.catalogues import (
    LANGUAGES,
    PARTS,
    czech_needs,
    is_translated,
    path_of,
    read,
    texts_of,
)

PLACE = re.compile(r"%(?:\(\w+\))?[a-z]")

pytestmark = pytest.mark.one_database
every_catalogue = pytest.mark.parametrize(
    ("part", "language"),
    [(part, language) for part in PARTS for language in ("cs", *LANGUAGES)],
)


@cache
def _found(part: str) -> Catalog:
    return texts_of(part)


def _stored(part: str, language: str) -> Catalog:
    return read(path_of(part, language), language)


def _entries(catalog: Catalog) -> dict[tuple[str, ...], Message]:
    """Return the entries by singular and, where there is one, plural."""
    return {_forms(message.id): message for message in catalog if message.id}


def _forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _places(text: str) -> set[str]:
    return set(PLACE.findall(text))


@every_catalogue
def test_no_text_is_missing_or_stale(part: str, language: str) -> None:
    found = czech_needs(_found(part)) if language == "cs" else _found(part)
    needed, stored = _entries(found), _entries(_stored(part, language))

    assert sorted(needed.keys() - stored.keys()) == [], "missing: run make catalogues"
    assert sorted(stored.keys() - needed.keys()) == [], "stale: run make catalogues"


@every_catalogue
def test_every_text_is_translated_in_all_its_forms(part: str, language: str) -> None:
    stored = _stored(part, language)
    incomplete = [
        forms
        for forms, message in _entries(stored).items()
        if message.fuzzy
        or not is_translated(message)
        or len(_forms(message.string)) != (stored.num_plurals if len(forms) > 1 else 1)
    ]

    assert incomplete == []


@every_catalogue
def test_translations_keep_the_places_of_values(part: str, language: str) -> None:
    """The first form of a plural follows the singular, all others follow the plural."""
    different = [
        (forms[0], translated)
        for forms, message in _entries(_stored(part, language)).items()
        for number, translated in enumerate(_forms(message.string))
        if translated and _places(translated) != _places(forms[min(number, len(forms) - 1)])
    ]

    assert different == []


@every_catalogue
def test_the_compiled_catalogue_is_fresh(part: str, language: str) -> None:
    """Compared by what it says: the head of a compiled catalogue holds the time of its making."""
    path = path_of(part, language)
    fresh = io.BytesIO()
    write_mo(fresh, read(path, language))
    fresh.seek(0)

    with path.with_suffix(".mo").open("rb") as file:
        assert _said(read_mo(file)) == _said(read_mo(fresh))


def _said(catalog: Catalog) -> tuple[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    rows = [(_forms(message.id), _forms(message.string)) for message in catalog if message.id]
    return catalog.plural_forms, sorted(rows)
