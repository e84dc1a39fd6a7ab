"""The renderer's port: what goes in, what comes out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.documents.domain.content import Content
from services.documents.rendering.templates import CURRENT

DEFAULT_ACCENT = "#1f5c4d"
SEAL_FIELD = "Seal"
WITH_FACTS, WITHOUT_ATTACHMENT = "3a", "2a"
"""Levels of PDF/A; the second for rules that admit no attachment (decree 259/2012, s. 23(2))."""
# Size of every signature field in points.
FIELD_WIDTH = 221.0
FIELD_HEIGHT = 42.0


class RenderingFailed(Exception):
    """The document could not be typeset. A programmer's mistake, never the author's text."""


@dataclass(frozen=True)
class Logo:
    """An emblem; who cannot see it is told whose it is."""

    content: bytes
    form: str
    """``svg`` or ``png``."""


@dataclass(frozen=True)
class Letterhead:
    """Head of every document of an organisation."""

    name: str
    lines: tuple[str, ...] = ()
    accent: str = DEFAULT_ACCENT
    """Colour as ``#rrggbb``."""
    logo: Logo | None = None


@dataclass(frozen=True)
class Addressee:
    """Whom a letter is addressed to."""

    name: str
    lines: tuple[str, ...] = ()
    box_id: str | None = None


@dataclass(frozen=True)
class SignaturePlace:
    """A box reserved for one signature."""

    field: str
    """Name of the signature field."""
    name: str
    function: str


@dataclass(frozen=True)
class RenderRequest:
    """Everything that determines the bytes of a document."""

    document_id: UUID
    number: str
    kind: str
    layout: str
    language: str
    title: str
    created_at: datetime
    """Date of the document (aware UTC); the only time in the file."""
    letterhead: Letterhead
    content: Content
    facts: str
    """Canonical JSON, attached as it is."""
    signers: tuple[SignaturePlace, ...] = ()
    addressee: Addressee | None = None
    is_development: bool = True
    """Puts the mark "without legal effect" on every page."""
    template: int = CURRENT
    """Version of the templates."""
    profile: str = WITH_FACTS
    """``3a`` with the facts attached, or ``2a`` without an attachment; both with PDF/UA-1."""
    verify_at: str = ""
    """Address at which everybody can check the document; it stands in the QR code."""
    code: str = ""
    """What the QR code says instead, on a form that is found again by it."""
    corrects: str = ""
    """The document that this one corrects, as printed."""
    is_translation: bool = False
    """Says on the page that only the Czech text is authoritative."""


@dataclass(frozen=True)
class Rendered:
    """A typeset document, ready to be signed."""

    pdf: bytes
    pages: int
    fields: tuple[str, ...]
    """Names of the reserved signature fields, the seal's last."""


@dataclass(frozen=True)
class FieldBox:
    """Where a signature field lies."""

    name: str
    page: int
    """Index of the page, from 0."""
    left: float
    """Points from the left edge."""
    top: float
    """Points from the top edge."""
    width: float
    height: float
    description: str
    """What a screen reader says."""
    is_last: bool = False
    """The seal: after it nothing but proofs may be added."""


class Renderer(Protocol):
    """Typesets documents and stamps."""

    def render(self, request: RenderRequest) -> Rendered:
        """Return the document; the same request always gives the same bytes."""
        ...

    def print_out(self, request: RenderRequest) -> bytes:
        """Return a form to be printed and signed by hand; it has no signature fields."""
        ...

    def stamp(self, appearance: "StampRequest") -> bytes:
        """Return a one-page PDF that a filled signature field will show."""
        ...


@dataclass(frozen=True)
class StampRequest:
    """What a filled signature field shows; whose it is stands printed below it."""

    label: str
    time: str
    certificate: str
    language: str = "cs"
    accent: str = DEFAULT_ACCENT
