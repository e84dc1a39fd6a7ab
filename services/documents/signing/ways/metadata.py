"""Whether metadata written anew still say the same: programs that sign note when they did."""

from collections.abc import Iterator
from typing import Any

from lxml import etree
from pyhanko.pdf_utils import generic

from services.documents.signing.ways.values import plain

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XML = "{http://www.w3.org/XML/1998/namespace}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
PDF = "{http://ns.adobe.com/pdf/1.3/}"
OF_THE_PROGRAM = frozenset(
    {f"{XMP}ModifyDate", f"{XMP}MetadataDate", f"{PDF}Producer", "{adobe:ns:meta/}xmptk"}
)
INFO_OF_THE_PROGRAM = frozenset({"/ModDate", "/Producer"})
Fact = tuple[str, str]


def metadata_is_same(before: Any, after: Any) -> bool:
    """Tell whether two XMP packets state the same but for the dates and the program.

    Raises:
        ValueError: a packet is not readable.
    """
    return _facts(before) == _facts(after)


def info_is_same(before: Any, after: Any) -> bool:
    """Tell whether two information dictionaries differ in date and program only."""
    kept = (set(before) | set(after)) - INFO_OF_THE_PROGRAM
    return all(key in before and key in after for key in kept) and all(
        plain(before.raw_get(key)) == plain(after.raw_get(key)) for key in kept
    )


def _facts(packet: Any) -> list[Fact]:
    if not isinstance(packet, generic.StreamObject):
        raise ValueError("no metadata stream")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(packet.data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("unreadable metadata") from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("metadata with a document type")
    facts = (fact for element in root.iter(etree.Element) for fact in _stated(element))
    return sorted(fact for fact in facts if fact[0] not in OF_THE_PROGRAM)


def _stated(element: Any) -> Iterator[Fact]:
    """Give what one element says: its text as a value of the nearest property, its attributes.

    RDF may be written in several ways that mean the same; programs change from one to another.
    """
    if element.text and element.text.strip():
        yield _property(element), element.text.strip()
    for name, value in element.attrib.items():
        if name == f"{RDF}resource":
            yield _property(element), str(value)
        elif not str(name).startswith((RDF, XML)):
            yield str(name), str(value)


def _property(element: Any) -> str:
    while str(element.tag).startswith(RDF) and element.getparent() is not None:
        element = element.getparent()
    return str(element.tag)
