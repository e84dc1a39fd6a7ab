"""Collect the Czech texts of each part, merge them into the catalogues, compile them.

Texts of shared pages live in ``shared/web/translations``, those of a service in its own folder.
Run with ``make catalogues``; then complete the empty entries of ``en`` and ``de``.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.house.tree import ROOT, SERVICES

LANGUAGES = ("en", "de")
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
PARTS = {"shared": ROOT / "shared" / "web" / "translations"} | {
    service: ROOT / "services" / service / "translations"
    for service in (*SERVICES, "isds_simulator")
}
# Messages of marshmallow that reach people; they are English in the library.
LIBRARY_TEXTS = (
    "Missing data for required field.",
    "Field may not be null.",
    "Unknown field.",
    "Not a valid string.",
    "Not a valid integer.",
    "Not a valid boolean.",
    "Not a valid UUID.",
    "Not a valid date.",
    "Not a valid datetime.",
    "Not a valid aware datetime.",
    "Not a valid list.",
    "Not a valid mapping type.",
    "Invalid input type.",
    "Invalid value.",
)


def texts_of(part: str) -> Catalog:
    """Return the texts found in the code and templates of a part."""
    folder = ROOT / "shared" if part == "shared" else ROOT / "services" / part
    catalog = Catalog(fuzzy=False)
    found = extract_from_dir(
        folder,
        METHODS,
        options_map={"**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}},
        keywords=KEYWORDS,
    )
    for _file, _line, message, _comments, _context in found:
        catalog.add(message)
    if part == "shared":
        for text in LIBRARY_TEXTS:
            catalog.add(text)
    return catalog


def czech_needs(texts: Catalog) -> Catalog:
    """Return what needs a Czech entry: plural forms, and texts that a library has in English."""
    needed = Catalog(fuzzy=False)
    for message in texts:
        if message.id and (message.pluralizable or message.id in LIBRARY_TEXTS):
            needed.add(message.id)
    return needed


def path_of(part: str, language: str) -> Path:
    """Return the place of a catalogue."""
    return PARTS[part] / language / "LC_MESSAGES" / "messages.po"


def read(path: Path, language: str) -> Catalog:
    """Read a catalogue; an empty one when there is none yet."""
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def written(catalog: Catalog) -> bytes:
    """Return the text form of a catalogue: sorted, no places, no dates, so diffs stay small."""
    buffer = io.BytesIO()
    write_po(
        buffer,
        catalog,
        width=100,
        omit_header=True,
        sort_output=True,
        no_location=True,
        ignore_obsolete=True,
    )
    head = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = f'"Language: {catalog.locale}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    return head + plural.encode() + buffer.getvalue()


def is_translated(message: Message) -> bool:
    """Tell whether every form of a text has its translation."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms)


def undated(catalog: Catalog) -> Catalog:
    """Give a catalogue a fixed date, so that compiling it again gives the same bytes."""
    catalog.creation_date = datetime(2026, 1, 1, tzinfo=UTC)
    return catalog


def main() -> None:
    """Merge and compile all catalogues; tell how many texts have no translation."""
    for part in sys.argv[1:] or PARTS:
        texts = texts_of(part)
        for language in ("cs", *LANGUAGES):
            path = path_of(part, language)
            catalog = read(path, language)
            catalog.update(
                czech_needs(texts) if language == "cs" else texts, no_fuzzy_matching=True
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(catalog))
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, undated(read(path, language)))
            missing = sum(1 for message in catalog if message.id and not is_translated(message))
            sys.stdout.write(f"{part} {language}: {len(catalog)} texts, {missing} missing\n")


if __name__ == "__main__":
    main()
