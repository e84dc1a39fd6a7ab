"""The usual stack, as it comes: WeasyPrint to a PDF/A, pyHanko for a visible B-T signature."""

import html
import io
from importlib.resources import files
from pathlib import Path
from typing import Any

import segno
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper

PAGE = """<!doctype html><html lang="cs"><head><meta charset="utf-8"><title>{title}</title><style>
@font-face {{ font-family: S; src: url("{font}"); }}
body {{ font: 10pt S; }} table {{ border-collapse: collapse; }} td {{ border: 0.5pt solid; }}
</style></head><body><img alt="QR" width="70" src="{code}"><h1>{title}</h1>{body}</body></html>"""


def page_of(request: dict[str, Any]) -> str:
    """Return the same content as a page of HTML."""
    font = Path(str(files("font_source_sans_pro"))) / "files" / "SourceSansPro-Regular.ttf"
    code = segno.make("https://example.org/documents/verify/8", error="m").svg_data_uri()
    body = "".join(_block(block) for block in request["content"]["blocks"])
    title = html.escape(request["title"])
    return PAGE.format(title=title, font=font.as_uri(), code=html.escape(code), body=body)


def _block(block: dict[str, Any]) -> str:
    if block["type"] == "checklist":
        rows = [[item["label"], item["verdict"], item["note"]] for item in block["items"]]
        return _table(rows)
    if block["type"] == "facts":
        return _table(block["rows"])
    tag = "h2" if block["type"] == "heading" else "p"
    return f"<{tag}>{html.escape(block['text'])}</{tag}>"


def _table(rows: list[list[str]]) -> str:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


class Stock:
    """Makes one document after another; font configuration and key are opened once."""

    def __init__(self, key: Path, authority: str) -> None:
        """Open the key (a PEM file with key and certificate)."""
        from weasyprint import HTML  # noqa: PLC0415 - only this benchmark has it installed
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

        self._html, self._fonts = HTML, FontConfiguration()
        loaded = signers.SimpleSigner.load(str(key), str(key))
        assert loaded is not None
        self._signer, self._stamper = loaded, HTTPTimeStamper(authority)

    def make(self, request: dict[str, Any]) -> bytes:
        """Return the signed document."""
        page = self._html(string=page_of(request))
        pdf = page.write_pdf(font_config=self._fonts, pdf_variant="pdf/a-3u")
        output = signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)),
            PdfSignatureMetadata(field_name="Seal", subfilter=SigSeedSubFilter.PADES),
            self._signer,
            timestamper=self._stamper,
            new_field_spec=SigFieldSpec("Seal", on_page=0, box=(60, 60, 281, 102)),
        )
        return bytes(output.getvalue())
