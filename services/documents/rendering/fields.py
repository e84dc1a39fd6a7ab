"""Empty signature fields, placed and tagged before anybody signs.

A field made at signing would break PDF/UA (a widget outside the structure tree), and a later
signer could not be told apart from a forger who adds a field.
"""

import logging
from collections.abc import Sequence
from typing import cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
    enumerate_sig_fields,
)

from services.documents.rendering.incremental import ExactWriter, with_final_newline
from services.documents.rendering.plain import NotPlain
from services.documents.rendering.plain_fields import reserve_in_plain
from services.documents.rendering.port import FieldBox, Rendered, RenderingFailed

log = logging.getLogger(__name__)


def reserve_fields(pdf: bytes, boxes: Sequence[FieldBox]) -> Rendered:
    """Return the document with one empty, tagged signature field for each box.

    Raises:
        RenderingFailed: there is no box, or the file has no structure tree.
    """
    if not boxes or not any(box.is_last for box in boxes):
        raise RenderingFailed("The template reserved no box for the seal.")
    whole = with_final_newline(pdf)
    try:
        return reserve_in_plain(whole, boxes)
    except NotPlain as reason:
        log.warning("a typeset file is not plain", extra={"reason": str(reason)})
        return reserve_in_any(whole, boxes)


def reserve_in_any(pdf: bytes, boxes: Sequence[FieldBox]) -> Rendered:
    """Do the same with the general library, whatever form the file has.

    Args:
        pdf: Ends with a line break.

    Raises:
        RenderingFailed: the file has no structure tree.
    """
    writer = ExactWriter(pdf)
    for box in boxes:
        append_signature_field(writer, _spec(writer, box))
    references = {name: reference for name, _, reference in enumerate_sig_fields(writer)}
    for box in boxes:
        _tag(writer, box, references[box.name])
    _mark_tab_order(writer, {box.page for box in boxes})
    pages = int(writer.root["/Pages"]["/Count"])
    return Rendered(pdf=writer.result(), pages=pages, fields=tuple(box.name for box in boxes))


def _spec(writer: ExactWriter, box: FieldBox) -> SigFieldSpec:
    page_height = _page_height(writer, box.page)
    bottom = page_height - box.top - box.height
    return SigFieldSpec(
        sig_field_name=box.name,
        on_page=box.page,
        # pyHanko declares whole numbers, but writes what it is given.
        box=cast("tuple[int, int, int, int]", _corners(box, bottom)),
        readable_field_name=box.description,
        # What a person's signature locks depends on who signed before; only the seal is sure.
        field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if box.is_last else None,
        doc_mdp_update_value=MDPPerm.NO_CHANGES if box.is_last else None,
        empty_field_appearance=False,
    )


def _corners(box: FieldBox, bottom: float) -> tuple[float, ...]:
    corners = (box.left, bottom, box.left + box.width, bottom + box.height)
    return tuple(round(value, 2) for value in corners)


def _page_height(writer: ExactWriter, index: int) -> float:
    page = writer.page_reference(index).get_object()
    box = page["/MediaBox"] if "/MediaBox" in page else page["/Parent"]["/MediaBox"]
    return float(box[3])


def _tag(writer: ExactWriter, box: FieldBox, field: generic.IndirectObject) -> None:
    """Put the field's widget into the structure tree as a Form element."""
    tree = writer.root["/StructTreeRoot"]
    page = writer.page_reference(box.page)
    parent = _document_element(tree)
    widget_link = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): field, pdf_name("/Pg"): page}
    )
    element = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/StructElem"),
            pdf_name("/S"): pdf_name("/Form"),
            pdf_name("/P"): parent,
            pdf_name("/Pg"): page,
            pdf_name("/K"): widget_link,
            pdf_name("/Alt"): generic.TextStringObject(box.description),
        }
    )
    reference = writer.add_object(element)
    _append_child(writer, parent.get_object(), reference)
    field.get_object()["/StructParent"] = _register(writer, tree, reference)
    writer.update_container(field.get_object())


def _document_element(tree: generic.DictionaryObject) -> generic.IndirectObject:
    kids = tree.raw_get("/K")
    first = kids.raw_get(0) if isinstance(kids, generic.ArrayObject) else kids
    if not isinstance(first, generic.IndirectObject):
        raise RenderingFailed("The structure tree has an unexpected form.")
    return first


def _append_child(
    writer: ExactWriter, parent: generic.DictionaryObject, child: generic.IndirectObject
) -> None:
    kids = parent["/K"] if "/K" in parent else generic.ArrayObject()
    if not isinstance(kids, generic.ArrayObject):
        kids = generic.ArrayObject([parent.raw_get("/K")])
    kids.append(child)
    parent["/K"] = kids
    writer.update_container(kids)
    writer.update_container(parent)


def _register(
    writer: ExactWriter, tree: generic.DictionaryObject, element: generic.IndirectObject
) -> generic.NumberObject:
    """Add the element to the parent tree and return its key."""
    key = generic.NumberObject(int(tree["/ParentTreeNextKey"]))
    numbers = tree["/ParentTree"]
    if "/Nums" not in numbers:
        raise RenderingFailed("The parent tree has an unexpected form.")
    numbers["/Nums"].extend([key, element])
    tree["/ParentTreeNextKey"] = generic.NumberObject(key + 1)
    for item in (numbers["/Nums"], numbers, tree):
        writer.update_container(item)
    return key


def _mark_tab_order(writer: ExactWriter, pages: set[int]) -> None:
    for index in sorted(pages):
        reference = writer.page_reference(index)
        reference.get_object()["/Tabs"] = pdf_name("/S")
        writer.mark_update(reference)
