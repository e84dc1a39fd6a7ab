"""SOAP 1.1 as ISDS speaks it: building requests, reading answers without trusting them."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from services.documents.delivery.operations import FAMILIES, Operation
from shared.clock import PRAGUE

NAMESPACE = "http://isds.czechpoint.cz/v20"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

Value = str | None


class BadAnswer(Exception):
    """The answer is no well-formed SOAP of the expected kind."""


@dataclass(frozen=True)
class Status:
    """The status element of an answer."""

    code: str
    message: str


@dataclass(frozen=True)
class Answer:
    """A well-formed answer."""

    body: etree._Element
    """The element named as the operation with ``Response``."""
    status: Status


def element(name: str, text: Value = None, **attributes: str) -> etree._Element:
    """Make an element of the service's namespace; ``None`` makes an empty one."""
    made = etree.Element(f"{{{NAMESPACE}}}{name}", attrib=dict(attributes))
    if text is not None:
        made.text = printable(text)
    return made


def with_children(name: str, values: Mapping[str, Value]) -> etree._Element:
    """Make an element with one child for each value, in order."""
    parent = element(name)
    for child, text in values.items():
        parent.append(element(child, text))
    return parent


def request_body(operation: Operation, children: Sequence[etree._Element]) -> bytes:
    """Return the SOAP request of an operation, UTF-8."""
    soap = operation.soap
    envelope = etree.Element(f"{{{soap}}}Envelope", nsmap={"soap": soap})
    body = etree.SubElement(envelope, f"{{{soap}}}Body")
    called = etree.SubElement(body, f"{{{NAMESPACE}}}{operation.called}", nsmap={None: NAMESPACE})
    called.extend(children)
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


def read_answer(content: bytes, operation: Operation) -> Answer:
    """Read an answer, refusing document types, entities and foreign roots.

    Raises:
        BadAnswer: the content is anything but the answer of this operation.
    """
    root = parse(content)
    body = root.find(f"{{{operation.soap}}}Body")
    answer = None if body is None else body.find(f"{{{NAMESPACE}}}{operation.called}Response")
    if answer is None:
        raise BadAnswer("The answer belongs to another operation.")
    return Answer(answer, status_in(answer, FAMILIES.get(operation.service, "dm")))


def parse(content: bytes) -> etree._Element:
    """Parse XML from outside. Only UTF-8 is read, whatever the declaration says.

    Raises:
        BadAnswer: not well-formed, or with a document type.
    """
    # Before parsing: entities in attributes are expanded whatever the parser is told, and the
    # size that attachments need switches the guard against bombs off.
    if b"<!DOCTYPE" in content:
        raise BadAnswer("A document type is not accepted.")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadAnswer(str(error)) from error


def status_in(parent: etree._Element, family: str) -> Status:
    """Return the status that is a child of the element itself.

    Args:
        parent: An answer, or the part of one that speaks of one recipient.
        family: ``dm`` for services on messages, ``db`` for those on boxes.

    Raises:
        BadAnswer: there is none, or it has no code.
    """
    found = parent.find(f"{{{NAMESPACE}}}{family}Status")
    code = "" if found is None else text_of(found, f"{family}StatusCode")
    if found is None or not code:
        raise BadAnswer("The answer has no status.")
    return Status(code, text_of(found, f"{family}StatusMessage"))


def text_of(parent: etree._Element, name: str) -> str:
    """Return the text of a child anywhere below; empty when absent or nil."""
    found = parent.find(f".//{{{NAMESPACE}}}{name}")
    return "" if found is None or found.get(NIL) == "true" else (found.text or "").strip()


def elements_of(parent: etree._Element, name: str) -> list[etree._Element]:
    """Return the elements of a name anywhere below, in order."""
    return list(parent.iter(f"{{{NAMESPACE}}}{name}"))


def bytes_of(parent: etree._Element, name: str) -> bytes:
    """Return the decoded Base64 content of a child.

    Raises:
        BadAnswer: it is missing or no Base64.
    """
    text = "".join(text_of(parent, name).split())
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise BadAnswer(f"{name} is no Base64.") from error
    if not content:
        raise BadAnswer(f"{name} is empty.")
    return content


def instant_of(text: str) -> datetime | None:
    """Read an xs:dateTime; without a zone it is Czech time.

    Raises:
        BadAnswer: the text is no time.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadAnswer(f"{text} is no time.") from error
    return found.replace(tzinfo=PRAGUE) if found.tzinfo is None else found


def number_of(text: str) -> int:
    """Read a whole number; an empty text is 0.

    Raises:
        BadAnswer: the text is no number.
    """
    try:
        return int(text or 0)
    except ValueError as error:
        raise BadAnswer(f"{text} is no number.") from error


def printable(text: str) -> str:
    """Drop characters that XML cannot carry and turn line breaks into spaces.

    ISDS would do the same to envelope texts; doing it here keeps what we store equal to what
    is sent.
    """
    spaced = "".join(" " if c in "\t\n\r\u2028\u2029\u202f\u00a0" else c for c in text)
    return "".join(c for c in spaced if c >= " " and not "\x7f" <= c <= "\x9f" and c != "\u00ad")
