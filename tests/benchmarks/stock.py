"""The usual stack, as it comes: WeasyPrint to a PDF/A, pyHanko for a visible B-T signature.

It sets the same words as our templates, from the same request: mark, letterhead, code, addressee,
reference, blocks, frame of the seal, head and foot of the pages, tags, attached facts. WeasyPrint
knows PDF/A-3a and PDF/UA-1, but only one of them in a file; it makes PDF/A-3a.
"""

import html
import io
from importlib.resources import files
from pathlib import Path

import segno
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper

from services.documents.domain.content import Block, Checklist, Facts, Heading, Paragraph, Statement
from services.documents.rendering.dates import long_date
from services.documents.rendering.port import RenderRequest
from services.documents.rendering.templates import labels_of

FONTS = Path(str(files("font_source_sans_pro"))) / "files"
FACES = "".join(
    f'@font-face {{ font-family: S; font-weight: {weight}; src: url("{path.as_uri()}"); }}'
    for weight, path in (
        (400, FONTS / "SourceSansPro-Regular.ttf"),
        (600, FONTS / "SourceSansPro-SemiBold.ttf"),
        (700, FONTS / "SourceSansPro-Bold.ttf"),
    )
)
STYLE = """
@page { size: A4; margin: 24mm 24mm 22mm; font: 8.5pt S; color: #5a5f66;
  @bottom-left { content: string(foot); } @bottom-right { content: "strana " counter(page) " z "
    counter(pages); }
  @top-left { content: string(number); } @top-right { content: string(title); } }
@page :first { @top-left { content: none; } @top-right { content: none; } }
body { font: 10.5pt/1.35 S; color: #1b1b1b; hyphens: auto; }
.mark { font: 600 8.5pt S; color: #a3160f; background: #fbeceb; border-left: 2pt solid; }
.head { display: flex; justify-content: space-between; border-bottom: 1.2pt solid #1f5c4d; }
.head b { font-size: 15pt; color: #1f5c4d; } .head img { width: 19mm; }
.small { font-size: 8.5pt; color: #5a5f66; } .foot { string-set: foot content(); height: 0;
  overflow: hidden; } .number { string-set: number content(); }
h1 { font-size: 16pt; string-set: title content(); } h2 { font-size: 12pt; color: #1f5c4d; }
.statement { font: 700 17pt S; color: #1f5c4d; text-align: center; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; color: #1f5c4d; }
td, th { padding: 1.5mm 2mm; vertical-align: top; border-bottom: 0.4pt solid #b9bec4; }
.frame { width: 221pt; height: 42pt; border: 0.6pt solid #b9bec4; }
"""
PAGE = """<!doctype html><html lang="cs"><head><meta charset="utf-8"><title>{title}</title>
<meta name="author" content="{name}"><style>{faces}{style}</style></head><body>
<div class="foot">{foot}</div><p class="mark">{mark}</p>
<div class="head"><div><b>{name}</b><p class="small">{lines}</p></div>
<img alt="{code_says}" src="{code}"></div>
{addressee}<table>{reference}</table><h1>{title}</h1>{body}
<div class="frame"></div><b>{name}</b><p class="small">{sealed}</p></body></html>"""


def page_of(request: RenderRequest) -> str:
    """Return the same content as a page of HTML."""
    labels = labels_of(request.language, request.template)
    code = segno.make(request.verify_at, error="m").svg_data_uri()
    verify = labels["verify"].format(address=request.verify_at.partition("://")[2])
    rows = [[labels["number"], request.number], *map(list, request.content.reference)]
    rows.append([labels["date"], long_date(request.created_at, request.language)])
    return PAGE.format(
        faces=FACES,
        style=STYLE,
        title=html.escape(request.title),
        name=html.escape(request.letterhead.name),
        lines="<br>".join(map(html.escape, request.letterhead.lines)),
        mark=html.escape(labels["mark"]),
        foot=html.escape(f"{request.letterhead.name} · {request.number} {verify}"),
        code=html.escape(code),
        code_says=html.escape(f"{labels['qr']}: {request.verify_at}"),
        addressee=_addressee(request),
        reference=_rows(rows),
        body="".join(_block(block, request) for block in request.content.blocks),
        sealed=html.escape(labels["sealed"]),
    )


def _addressee(request: RenderRequest) -> str:
    if request.addressee is None:
        return ""
    lines = "<br>".join(map(html.escape, request.addressee.lines))
    return f"<p><b>{html.escape(request.addressee.name)}</b><br>{lines}</p>"


def _block(block: Block, request: RenderRequest) -> str:
    match block:
        case Checklist():
            labels = labels_of(request.language, request.template)
            heads = [labels[name] for name in ("order", "question", "verdict", "note")]
            rows = [
                [f"{n}.", item.label, labels[item.verdict], item.note]
                for n, item in enumerate(block.items, 1)
            ]
            head = "".join(f"<th>{html.escape(one)}</th>" for one in heads)
            return f"<table><thead><tr>{head}</tr></thead>{_rows(rows)}</table>"
        case Facts():
            return f"<table>{_rows([list(row) for row in block.rows])}</table>"
        case Heading():
            return f"<h2>{html.escape(block.text)}</h2>"
        case Statement():
            return f'<p class="statement">{html.escape(block.text)}</p>'
        case Paragraph():
            return f"<p>{html.escape(block.text)}</p>"
        case _:
            raise NotImplementedError(type(block).__name__)


def _rows(rows: list[list[str]]) -> str:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return "".join(f"<tr>{line}</tr>" for line in lines)


class Stock:
    """Makes one document after another; font configuration and key file are opened once.

    That is in its favour: pyHanko's own example opens the key for each document.
    """

    def __init__(self, key: Path, authority: str) -> None:
        """Open the key (a PEM file with key and certificate)."""
        from weasyprint import HTML, Attachment  # noqa: PLC0415 - only this benchmark has it
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

        self._html, self._attachment, self._fonts = HTML, Attachment, FontConfiguration()
        loaded = signers.SimpleSigner.load(str(key), str(key))
        assert loaded is not None
        self._signer, self._stamper = loaded, HTTPTimeStamper(authority)

    def make(self, request: RenderRequest) -> bytes:
        """Return the signed document; it is not stored."""
        output = signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(self.typeset(request))),
            PdfSignatureMetadata(field_name="Seal", subfilter=SigSeedSubFilter.PADES),
            self._signer,
            timestamper=self._stamper,
            new_field_spec=SigFieldSpec("Seal", on_page=0, box=(60, 60, 281, 102)),
        )
        return bytes(output.getvalue())

    def typeset(self, request: RenderRequest) -> bytes:
        """Return the document without its signature."""
        facts = self._attachment(
            string=request.facts.encode(), name="facts.json", relationship="Data"
        )
        page = self._html(string=page_of(request))
        made: bytes = page.write_pdf(
            font_config=self._fonts, pdf_variant="pdf/a-3a", attachments=[facts]
        )
        return made
