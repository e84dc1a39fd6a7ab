"""Reserving signature fields in a file of the plain form; see ``fields`` for what they are."""

from collections.abc import Sequence

from services.documents.rendering.plain import (
    Dictionary,
    NotPlain,
    PlainFile,
    Section,
    array,
    link,
    name,
    read_dictionary,
    text,
)
from services.documents.rendering.port import FieldBox, Rendered

PRINTED_AND_LOCKED = b"132"
"""Flags of the widget: shown on paper, not to be moved."""
LOCK = b"<</Type/SigFieldLock/Action/All/P 1>>"
"""Of the seal: after it nothing may change."""


def reserve_in_plain(pdf: bytes, boxes: Sequence[FieldBox]) -> Rendered:
    """Return the document with one empty, tagged signature field for each box.

    Args:
        pdf: Ends with a line break.

    Raises:
        NotPlain: the file has another form.
    """
    file = PlainFile(pdf)
    section = Section(file)
    root = file.dictionary(file.root)
    if b"/AcroForm" in root:
        raise NotPlain("there is a form already")
    pages = _Pages(file, root.link(b"/Pages"))
    form, fields = section.new(), [section.new() for _ in boxes]
    elements = [section.new() for _ in boxes]
    keys = _enter(file, section, root.link(b"/StructTreeRoot"), elements)
    document = _document_element(file, section, root.link(b"/StructTreeRoot"), elements)
    for box, number, element, key in zip(boxes, fields, elements, keys, strict=True):
        page = pages.number(box.page)
        section.objects[number] = _field(section, box, pages, key)
        section.objects[element] = _element(box, number, page, document)
    _annotate(file, section, pages, list(zip(boxes, fields, strict=True)))
    links = array([link(number) for number in fields])
    section.objects[form] = b"<</Fields" + links + b"/SigFlags 1>>"
    section.replace(file.root, root.changed(AcroForm=link(form)))
    appended, _ = section.written()
    return Rendered(pdf + appended, pages.count, tuple(box.name for box in boxes))


class _Pages:
    """The pages of a document whose tree has one level."""

    def __init__(self, file: PlainFile, root: int) -> None:
        tree = file.dictionary(root)
        self._numbers = tree.links(b"/Kids")
        self._file = file
        self.count = tree.number(b"/Count")
        if self.count != len(self._numbers):
            raise NotPlain("the pages form a deeper tree")

    def number(self, index: int) -> int:
        if not 0 <= index < self.count:
            raise NotPlain("there is no such page")
        return self._numbers[index]

    def page(self, index: int) -> Dictionary:
        found = self._file.dictionary(self.number(index))
        if found[b"/Type"] != b"/Page":
            raise NotPlain("a page is none")
        return found

    def height(self, index: int) -> float:
        corners = self.page(index).lengths(b"/MediaBox")
        if len(corners) != 4 or corners[0] or corners[1]:
            raise NotPlain("a page does not begin at its corner")
        return corners[3]


def _field(section: Section, box: FieldBox, pages: _Pages, key: int) -> bytes:
    bottom = pages.height(box.page) - box.top - box.height
    corners = (box.left, bottom, box.left + box.width, bottom + box.height)
    picture = section.add(_empty_picture(box))
    parts = {
        b"/Type": b"/Annot",
        b"/Subtype": b"/Widget",
        b"/FT": b"/Sig",
        b"/T": b"(" + _plain_word(box.name) + b")",
        b"/TU": text(box.description),
        b"/F": PRINTED_AND_LOCKED,
        b"/Rect": array([_decimal(value) for value in corners]),
        b"/P": link(pages.number(box.page)),
        b"/AP": b"<</N " + link(picture) + b">>",
        b"/StructParent": b"%d" % key,
    }
    if box.is_last:
        parts[b"/Lock"] = link(section.add(LOCK))
    return Dictionary(parts).written()


def _plain_word(word: str) -> bytes:
    """Return the name of a field, which needs no escape."""
    if not word.isascii() or not word.isalnum():
        raise NotPlain("a field has an unusual name")
    return word.encode("ascii")


def _empty_picture(box: FieldBox) -> bytes:
    edges = array([b"0", b"0", _decimal(box.width), _decimal(box.height)])
    return (
        b"<</Type/XObject/Subtype/Form/BBox" + edges + b"/Resources<<>>/Length 0>>\n"
        b"stream\n\nendstream"
    )


def _decimal(value: float) -> bytes:
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".").encode("ascii")


def _element(box: FieldBox, number: int, page: int, parent: int) -> bytes:
    """Return the structure element around a widget."""
    widget = {b"/Type": name("OBJR"), b"/Obj": link(number), b"/Pg": link(page)}
    return Dictionary(
        {
            b"/Type": name("StructElem"),
            b"/S": name("Form"),
            b"/P": link(parent),
            b"/Pg": link(page),
            b"/K": Dictionary(widget).written(),
            b"/Alt": text(box.description),
        }
    ).written()


def _enter(file: PlainFile, section: Section, root: int, elements: Sequence[int]) -> list[int]:
    """Enter elements into the parent tree and return their keys."""
    tree = file.dictionary(root)
    numbers, end = _inner(tree[b"/ParentTree"])
    if set(numbers.entries) != {b"/Nums"} or end != len(tree[b"/ParentTree"]):
        raise NotPlain("the parent tree is of another form")
    first = tree.number(b"/ParentTreeNextKey")
    keys = [first + n for n in range(len(elements))]
    entries = numbers.array(b"/Nums")
    for key, element in zip(keys, elements, strict=True):
        entries += [b"%d" % key, link(element)]
    section.replace(
        root,
        tree.changed(
            ParentTree=b"<</Nums" + array(entries) + b">>",
            ParentTreeNextKey=b"%d" % (first + len(elements)),
        ),
    )
    return keys


def _inner(value: bytes) -> tuple[Dictionary, int]:
    entries, end = read_dictionary(value, 0)
    return Dictionary(entries), end


def _document_element(file: PlainFile, section: Section, root: int, elements: Sequence[int]) -> int:
    """Put elements at the end of the document's element and return its number."""
    tops = file.dictionary(root).links(b"/K")
    if len(tops) != 1:
        raise NotPlain("the structure has several roots")
    number = tops[0]
    document = file.dictionary(number)
    kids = document.array(b"/K") + [link(element) for element in elements]
    section.replace(number, document.changed(K=array(kids)))
    return number


def _annotate(
    file: PlainFile, section: Section, pages: _Pages, fields: Sequence[tuple[FieldBox, int]]
) -> None:
    """Put the widgets on their pages, which are read in the order of the structure."""
    for index in sorted({box.page for box, _ in fields}):
        page = pages.page(index)
        notes = page.array(b"/Annots") if b"/Annots" in page else []
        notes += [link(number) for box, number in fields if box.page == index]
        changed = page.changed(Annots=array(notes), Tabs=b"/S")
        section.replace(pages.number(index), changed)
