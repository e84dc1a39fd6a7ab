"""What code does to words before a template sets them belongs to the template's version too.

Unbreakable spaces, composed characters, dates, labels in their places and the QR code are made by
code, whose files no hash of a template covers. Pinned here is what it makes, not how: a faster
way to the same words changes nothing, another space in an old document does.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.documents.domain.content import Content, Facts, Heading, Paragraph
from services.documents.rendering import payload, typography
from services.documents.rendering.port import RenderRequest
from services.documents.rendering.templates import FOLDER
from tests.documents.samples import request
from tests.documents.variations import variations

pytestmark = pytest.mark.one_database
PINS = Path(__file__).with_name("pinned_words.json")
WORDS = (
    "Žádost k projektu č. 8/012 podal Ing. Novák s panem J. Malým v 10 h dne 3. dubna 2026.",
    "Dotace 1 900 000 Kč, tj. 95 % z 2 mil. Kč; lhůta 15 dnů podle § 83 odst. 1 písm. a).",
    "Spolek přátel z. s., Firma s. r. o., 362 35 Abertamy, 3. 4. 2026, sp. zn. 8/012, 8. výzva",
    "Antrag Nr. 8 vom 3. April 2026, d. h. Abs. 2 § 5: 1 900 000 Kč, 15 Tage z. B. Dr. Müller",
    "Radost 😀 שלום \u202eobrácený\u202c S\u030ckola česko\u2011německý ne\u200bviditelný \ue000",
)


def samples() -> Iterator[RenderRequest]:
    """Return papers of all layouts and languages with words that ask for care."""
    content = Content(
        tuple((word, word) for word in WORDS),
        (*map(Heading, WORDS), *map(Paragraph, WORDS), Facts(tuple((w, w) for w in WORDS))),
    )
    for language in ("cs", "en", "de"):
        yield request("letter", language=language, content=content, title=WORDS[0])
    for _, paper, _ in variations():
        yield paper
        yield replace(paper, verify_at=f"https://vyzva.example.org/v/{paper.document_id}")


def pin_of(version: int) -> str:
    """Return one SHA-256 over everything that the templates of a version would be given."""
    digest = hashlib.sha256()
    for paper in samples():
        digest.update(payload.payload(replace(paper, template=version)).encode() + b"\0")
    return digest.hexdigest()


def test_words_of_a_version_are_set_as_when_it_was_made() -> None:
    """If this fails on purpose, make a further version; the old one keeps what it did (ADR 15)."""
    versions = json.loads((FOLDER / "versions.json").read_bytes())
    pins = json.loads(PINS.read_bytes())

    assert pins == {version: pin_of(int(version)) for version in versions}


@pytest.mark.parametrize(
    ("place", "name", "other"),
    [
        (payload, "typeset", lambda text, _language: text),
        (payload, "qr_drawing", lambda _text: ""),
        (payload, "long_date", lambda _day, _language: "jindy"),
        (payload, "SHORT_TITLE", 20),
        (typography, "NBSP", " "),
    ],
)
def test_a_change_of_what_code_does_is_seen(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, other: object
) -> None:
    typography.typeset.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(place, name, other)
        changed = pin_of(1)
    typography.typeset.cache_clear()

    assert changed != json.loads(PINS.read_bytes())["1"]
