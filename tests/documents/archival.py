"""What PDF/A-3a and PDF/UA-1 ask of our files, as far as it can be told without a validator.

Written from the standards, not from what the typesetter does: a file is read as any reader
would read it, and every rule that it breaks is told. Colour profiles, glyph widths and the
inner rules of embedded fonts are beyond this check.
"""

import io
from collections.abc import Iterator
from typing import Any

from lxml import etree
from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ContentStream,
    DictionaryObject,
    IndirectObject,
    StreamObject,
)

NAMES = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
STRUCTURE = """
    Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4
    H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code
    Link Annot Ruby Warichu Figure Formula Form
"""
STANDARD_TYPES = frozenset(f"/{name}" for name in STRUCTURE.split())
ACTIVE = frozenset(
    {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/JavaScript", "/Rendition"}
)
UNWANTED = frozenset({"/AA", "/OpenAction", "/OCProperties", "/Requirements", "/NeedsRendering"})
PAINTING = frozenset(
    {b"Tj", b"TJ", b"'", b'"', b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"Do"}
    | {b"sh", b"BI", b"INLINE IMAGE"}
)
PRINTED, MUST_BE_CLEAR = 4, 1 | 2 | 32
"""Flags of annotations: invisible, hidden and never seen must not be set; printed must be."""


def violations(pdf: bytes) -> list[str]:
    """Return every rule that the file breaks; nothing when it breaks none."""
    reader = PdfReader(io.BytesIO(pdf))
    found = [
        *_head(pdf, reader),
        *_metadata(reader),
        *_catalogue(reader),
        *_attachments(reader),
        *_structure(reader),
    ]
    for item in _objects(reader):
        found += [*_font(item), *_stream(item), *_action(item)]
    for number, page in enumerate(reader.pages, start=1):
        told = (*_annotations(reader, page), *_content(reader, page))
        found += [f"page {number}: {text}" for text in told]
    return sorted(set(found))


def _head(pdf: bytes, reader: PdfReader) -> Iterator[str]:
    first, second = pdf.split(b"\n", 2)[:2]
    if not first.startswith(b"%PDF-1."):
        yield "the file does not begin with its version"
    if not second.startswith(b"%") or any(sign < 128 for sign in second[1:5]):
        yield "no binary comment follows the version"
    if "/ID" not in reader.trailer:
        yield "the file has no identifier"
    if "/Encrypt" in reader.trailer:
        yield "the file is encrypted"


def _metadata(reader: PdfReader) -> Iterator[str]:
    root = reader.trailer["/Root"]
    if "/Metadata" not in root:
        yield "no metadata"
        return
    told = etree.fromstring(root["/Metadata"].get_object().get_data())
    wanted = {"pdfaid:part": "3", "pdfaid:conformance": "A", "pdfuaid:part": "1"}
    for name, value in wanted.items():
        values = [node.text for node in told.iterfind(f".//{name}", NAMES)]
        if values != [value]:
            yield f"{name} is {values}"
    if not told.findtext(".//dc:title//rdf:li", namespaces=NAMES):
        yield "no title"


def _catalogue(reader: PdfReader) -> Iterator[str]:
    root = reader.trailer["/Root"]
    intents = [item.get_object() for item in root.get("/OutputIntents", ())]
    if not any(i.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in i for i in intents):
        yield "no output intent with a colour profile"
    if not root.get("/Lang"):
        yield "no language"
    marks = root.get("/MarkInfo", {})
    if not _is_set(marks, "/Marked") or _is_set(marks, "/Suspects"):
        yield "not marked as tagged"
    if not _is_set(root.get("/ViewerPreferences", {}), "/DisplayDocTitle"):
        yield "the title is not displayed"
    for name in UNWANTED & set(root):
        yield f"the catalogue has {name}"
    form = root.get("/AcroForm", {})
    if _is_set(form, "/NeedAppearances") or "/XFA" in form:
        yield "the form needs a reader that draws it"


def _attachments(reader: PdfReader) -> Iterator[str]:
    for file in reader.trailer["/Root"].get("/AF", ()):
        spec = file.get_object()
        missing = {"/AFRelationship", "/F", "/UF", "/EF", "/Desc"} - spec.keys()
        if missing or "/Subtype" not in spec["/EF"]["/F"]:
            yield f"an attachment lacks {sorted(missing) or 'its type'}"


def _is_set(where: Any, name: str) -> bool:
    return name in where and where[name] == BooleanObject(True)


def _structure(reader: PdfReader) -> Iterator[str]:
    tree = reader.trailer["/Root"].get("/StructTreeRoot")
    if tree is None:
        yield "no structure tree"
        return
    roles = tree.get("/RoleMap", {})
    level = 0
    for element in _elements(tree.get("/K")):
        kind = roles.get(element["/S"], element["/S"])
        if kind not in STANDARD_TYPES:
            yield f"{kind} is no standard type"
        if kind in ("/Figure", "/Formula", "/Form") and not element.get("/Alt"):
            yield f"a {kind} has no alternative text"
        if kind == "/TH" and not any("/Scope" in a for a in _attributes(element)):
            yield "a head of a table has no scope"
        if kind[:2] == "/H" and kind[2:].isdecimal():
            if int(kind[2:]) > level + 1:
                yield f"a heading skips from {level} to {kind[2:]}"
            level = int(kind[2:])


def _elements(kids: Any) -> Iterator[DictionaryObject]:
    """Walk through the structure tree in reading order."""
    kids = kids.get_object() if kids is not None else None
    for kid in kids if isinstance(kids, ArrayObject) else [kids]:
        item = kid.get_object() if kid is not None else None
        if isinstance(item, DictionaryObject) and "/S" in item:
            yield item
            yield from _elements(item.get("/K"))


def _attributes(element: DictionaryObject) -> list[DictionaryObject]:
    found = element.get("/A", ArrayObject()).get_object()
    return [item.get_object() for item in (found if isinstance(found, ArrayObject) else [found])]


def _objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Return every dictionary that can be reached from the trailer."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.trailer["/Root"]]
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if (item.idnum, item.generation) in seen:
                continue
            seen.add((item.idnum, item.generation))
            item = item.get_object()
        if isinstance(item, DictionaryObject):
            yield item
            waiting += [item.raw_get(name) for name in item]
        elif isinstance(item, ArrayObject):
            waiting += list(item)


def _font(item: DictionaryObject) -> Iterator[str]:
    if item.get("/Type") != "/Font":
        return
    name = item.get("/BaseFont")
    if item.get("/Subtype") == "/Type0":
        if "/ToUnicode" not in item:
            yield f"{name} does not tell its characters"
        return
    descriptor = item.get("/FontDescriptor", {})
    if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor):
        yield f"{name} is not embedded"
    if item.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in item:
        yield f"{name} does not map its glyphs"


def _stream(item: DictionaryObject) -> Iterator[str]:
    if not isinstance(item, StreamObject):
        return
    filters = item.get("/Filter", ())
    if "/LZWDecode" in (filters if isinstance(filters, ArrayObject) else [filters]):
        yield "a stream uses LZW"
    if "/F" in item:
        yield "a stream lies outside the file"
    if item.get("/Subtype") == "/Image" and _is_set(item, "/Interpolate"):
        yield "a picture is interpolated"


def _action(item: DictionaryObject) -> Iterator[str]:
    if item.get("/S") in ACTIVE:
        yield f"the file acts: {item['/S']}"
    if "/JS" in item:
        yield "the file holds a script"


def _annotations(reader: PdfReader, page: Any) -> Iterator[str]:
    notes = [note.get_object() for note in page.get("/Annots", ())]
    if notes and page.get("/Tabs") != "/S":
        yield "annotations are not read in the order of the structure"
    parents = _numbers(reader)
    for note in notes:
        flags = int(note.get("/F", 0))
        if flags & MUST_BE_CLEAR or not flags & PRINTED:
            yield f"an annotation has the flags {flags}"
        left, low, right, high = note.get("/Rect", (0, 0, 1, 1))
        if (left, low) == (right, high):
            continue  # of no size, as that of an archival time stamp: shows nothing, is not read
        if set(note.get("/AP", {})) != {"/N"}:
            yield "an annotation has no appearance of its own"
        if note.get("/Subtype") == "/Widget" and not note.get("/TU"):
            yield "a field has no description"
        owner = parents.get(int(note.get("/StructParent", -1)))
        if owner is None or owner.get_object().get("/S") not in ("/Form", "/Link", "/Annot"):
            yield "an annotation is outside the structure tree"


def _numbers(reader: PdfReader) -> dict[int, Any]:
    """Return the parent tree: key of a page or an annotation -> who owns its content."""
    found: dict[int, Any] = {}
    waiting = [reader.trailer["/Root"].get("/StructTreeRoot", {}).get("/ParentTree", {})]
    while waiting:
        node = waiting.pop()
        pairs = list(node.get("/Nums", ()))
        found |= {int(key): owner for key, owner in zip(pairs[::2], pairs[1::2], strict=True)}
        waiting += [kid.get_object() for kid in node.get("/Kids", ())]
    return found


def _content(reader: PdfReader, page: Any) -> Iterator[str]:
    """Everything painted is either part of the structure or an artifact."""
    owners = _numbers(reader).get(int(page.get("/StructParents", -1)), ArrayObject())
    owners = owners.get_object()
    marks: list[str] = []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            properties = operands[1] if len(operands) > 1 else {}
            number = properties.get("/MCID") if isinstance(properties, dict) else None
            marks.append("tagged" if number is not None else str(operands[0]))
            if number is not None and (
                number >= len(owners) or not owners[number].get_object().get("/S")
            ):
                yield f"content {number} belongs to nothing"
        elif operator == b"EMC":
            marks.pop()
        elif operator in PAINTING and not {"tagged", "/Artifact"} & set(marks):
            yield f"{operator.decode()} paints what is not tagged"
    if marks:
        yield "marked content does not end"
