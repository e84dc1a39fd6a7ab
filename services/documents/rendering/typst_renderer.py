"""The renderer over Typst: PDF/A-3a and PDF/UA-1, the same bytes for the same request."""

import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import pypdfium2
import typst

from services.documents.rendering.characters import Setter
from services.documents.rendering.fields import reserve_fields
from services.documents.rendering.incremental import with_final_newline
from services.documents.rendering.payload import payload
from services.documents.rendering.port import (
    FIELD_HEIGHT,
    FIELD_WIDTH,
    SEAL_FIELD,
    WITH_FACTS,
    WITHOUT_ATTACHMENT,
    FieldBox,
    Rendered,
    RenderingFailed,
    RenderRequest,
    StampRequest,
)
from services.documents.rendering.templates import CURRENT, labels_of, template

STANDARDS: dict[str, list["typst.PDFStandard"]] = {
    WITH_FACTS: ["a-3a", "ua-1"],
    WITHOUT_ATTACHMENT: ["a-2a", "ua-1"],
}
"""Archival and accessible in one file."""
STAMPS_KEPT = 8
"""Stamps that stay typeset: what a batch seals within one second shows one and the same."""


class TypstRenderer:
    """Typesets documents with the project's own templates and one bundled typeface."""

    def __init__(self) -> None:
        fonts = Path(str(files("font_source_sans_pro"))) / "files"
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]
        )
        self._stamp = lru_cache(maxsize=STAMPS_KEPT)(self._typeset_stamp)

    def render(self, request: RenderRequest) -> Rendered:
        """Return the document with its reserved signature fields.

        Raises:
            RenderingFailed: the templates could not be typeset.
        """
        pdf, found = self._compile(request)
        if request.is_translation:
            return Rendered(pdf=with_final_newline(pdf), pages=_pages(pdf), fields=())
        boxes = [_field_box(item, request) for item in found]
        return reserve_fields(pdf, boxes)

    def print_out(self, request: RenderRequest) -> bytes:
        """Return a form to be printed and signed by hand.

        Raises:
            RenderingFailed: the templates could not be typeset.
        """
        return self._compile(request)[0]

    def stamp(self, appearance: StampRequest) -> bytes:
        """Return a one-page PDF of the size of a signature field."""
        return self._stamp(appearance)

    def _typeset_stamp(self, appearance: StampRequest) -> bytes:
        setter = Setter(template(CURRENT).characters)
        data = {
            "label": setter.set(appearance.label),
            "time": setter.set(appearance.time),
            "certificate": setter.set(appearance.certificate),
            "language": appearance.language,
            "accent": appearance.accent,
            "width": FIELD_WIDTH,
            "height": FIELD_HEIGHT,
        }
        compiler = self._compiler(CURRENT, "stamp", json.dumps(data, ensure_ascii=False))
        # The stamp becomes a picture in the document, whose own tags describe the field.
        pdf = compiler.compile(format="pdf", pdf_tags=False, timestamp=0)
        if not isinstance(pdf, bytes):
            raise RenderingFailed("The typesetter returned no stamp.")
        return pdf

    def _compile(self, request: RenderRequest) -> tuple[bytes, list[dict[str, object]]]:
        """Return the file and the places that the template keeps for signatures."""
        compiler = self._compiler(request.template, request.layout, payload(request))
        try:
            pdf = compiler.compile(
                format="pdf",
                pdf_standards=STANDARDS[request.profile],
                timestamp=int(request.created_at.timestamp()),
            )
            found = json.loads(compiler.query("<signature-field>", field="value"))
        except typst.TypstError as error:
            raise RenderingFailed(str(error.diagnostic)) from error
        if not isinstance(pdf, bytes):
            raise RenderingFailed("The typesetter returned no file.")
        return pdf, found

    def _compiler(self, version: int, layout: str, data: str) -> typst.Compiler:
        folder = template(version).folder
        return typst.Compiler(
            input=folder / f"{layout}.typ",
            root=folder,
            font_paths=self._fonts,
            sys_inputs={"data": data},
        )


def _pages(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def _field_box(item: dict[str, object], request: RenderRequest) -> FieldBox:
    name = str(item["field"])
    labels = labels_of(request.language, request.template)
    people = {
        place.field: f"{labels['signature_field']}: {place.name}" for place in request.signers
    }
    description = people.get(name, f"{labels['seal']}: {request.letterhead.name}")
    return FieldBox(
        name=name,
        page=int(str(item["page"])) - 1,
        left=float(str(item["x"])),
        top=float(str(item["y"])),
        width=FIELD_WIDTH,
        height=FIELD_HEIGHT,
        description=description,
        is_last=name == SEAL_FIELD,
    )
