"""SOAP 1.1 as ISDS speaks it: building requests, reading answers without trusting them."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from shared.clock import PRAGUE

NAMESPACE = "http://isds.czechpoint.cz/v20"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
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


def request_body(operation: str, children: Sequence[etree._Element]) -> bytes:
    """Return the SOAP request of an operation."""
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    body = etree.SubElement(envelope, f"{{{ENVELOPE}}}Body")
    called = etree.SubElement(body, f"{{{NAMESPACE}}}{operation}", nsmap={None: NAMESPACE})
    called.extend(children)
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


def read_answer(content: bytes, operation: str) -> Answer:
    """Read an answer, refusing document types, entities and foreign roots.

    Raises:
        BadAnswer: the content is anything but the answer of this operation.
    """
    root = parse(content)
    body = root.find(f"{{{ENVELOPE}}}Body")
    answer = None if body is None else body.find(f"{{{NAMESPACE}}}{operation}Response")
    if answer is None:
        raise BadAnswer("The answer belongs to another operation.")
    return Answer(answer, _status(answer))


def parse(content: bytes) -> etree._Element:
    """Parse XML from outside.

    Raises:
        BadAnswer: not well-formed, or with a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadAnswer(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise BadAnswer("A document type is not accepted.")
    return root


def _status(answer: etree._Element) -> Status:
    for kind in ("dm", "db"):
        found = answer.find(f"{{{NAMESPACE}}}{kind}Status")
        if found is not None:
            code, message = (
                text_of(found, f"{kind}StatusCode"),
                text_of(found, f"{kind}StatusMessage"),
            )
            if code:
                return Status(code, message)
    raise BadAnswer("The answer has no status.")


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
