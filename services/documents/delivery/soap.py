"""SOAP 1.1 as ISDS speaks it: building requests, reading answers without trusting them."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from services.documents.delivery.operations import FAMILIES, Operation
from shared.clock import PRAGUE

NAMESPACE = "http://isds.czechpoint.cz/v20"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

MOST_MARKS = 1_000_000
"""Most opening brackets, and most signs of equality: each may become a hundred bytes of a tree.
The largest honest answer, 16 MiB of state changes, has 900 000 brackets."""
LONGEST_TEXT = 4_096
"""Longest text of an element that is no file; the longest honest ones are status messages."""
FILES = frozenset(
    f"{{{NAMESPACE}}}{name}"
    for name in ("dmSignature", "dmResultDoc", "dmQTimestamp", "dmEncodedContent")
)
CODE = re.compile(r"[0-9]{4}")
IDENTIFIER = re.compile(r"[0-9]{1,20}")
LARGEST_NUMBER = 2**31 - 1
YEARS = range(1900, 9999)
SHOWN = 80
"""Characters of a bad value that an error repeats."""

Value = str | None


class BadAnswer(Exception):
    """The answer is no well-formed SOAP of the expected kind."""


@dataclass(frozen=True)
class Status:
    """The status element of an answer."""

    code: str
    message: str


PRINTABLE = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xAD]),
    **dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF]),
    **dict.fromkeys(map(ord, "\t\n\r\u2028\u2029\u202f\u00a0"), " "),
}
"""What becomes of characters: a space, or nothing."""


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
    """Read an answer, refusing document types, entities, foreign roots and double meanings.

    Raises:
        BadAnswer: the content is anything but one answer of this operation.
    """
    root = parse(content)
    if root.tag != f"{{{operation.soap}}}Envelope":
        raise BadAnswer("The answer is no SOAP envelope.")
    body = _only(root.findall(f"{{{operation.soap}}}Body"), "Body")
    name = f"{operation.called}Response"
    answer = _only(body.findall("*"), name)
    if answer.tag != f"{{{NAMESPACE}}}{name}":
        raise BadAnswer("The answer belongs to another operation.")
    _check_texts(answer)
    return Answer(answer, status_in(answer, FAMILIES.get(operation.service, "dm")))


def _only(found: Sequence[etree._Element], name: str) -> etree._Element:
    if len(found) != 1:
        raise BadAnswer(f"{name} is there {len(found)} times.")
    return found[0]


def _check_texts(answer: etree._Element) -> None:
    """Refuse texts that no field has, and texts that an element cuts in two."""
    for item in answer.iter():
        if item.tag in FILES and not len(item):
            continue
        text = item.text or ""
        if len(text) > LONGEST_TEXT or (len(item) and text.strip()):
            raise BadAnswer(f"The text of {etree.QName(item).localname} is none.")


def parse(content: bytes) -> etree._Element:
    """Parse XML from outside. Only UTF-8 is read, whatever the declaration says.

    Raises:
        BadAnswer: not well-formed, or with a document type.
    """
    # Before parsing: entities in attributes are expanded whatever the parser is told, and the
    # size that attachments need switches the guard against bombs off.
    if b"<!DOCTYPE" in content:
        raise BadAnswer("A document type is not accepted.")
    if max(content.count(b"<"), content.count(b"=")) > MOST_MARKS:
        raise BadAnswer("The answer has too many elements or attributes.")
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
        BadAnswer: there is none or more than one, or its code is none.
    """
    found = _only(parent.findall(f"{{{NAMESPACE}}}{family}Status"), "The status")
    _only(found.findall(f"{{{NAMESPACE}}}{family}StatusCode"), "The status code")
    code = text_of(found, f"{family}StatusCode")
    if not CODE.fullmatch(code):
        raise BadAnswer("The status is no code.")
    return Status(code, text_of(found, f"{family}StatusMessage"))


def text_of(parent: etree._Element, name: str) -> str:
    """Return the text of a child anywhere below; empty when absent or nil."""
    found = parent.find(f".//{{{NAMESPACE}}}{name}")
    return "" if found is None or found.get(NIL) == "true" else (found.text or "").strip()


def identifier_of(parent: etree._Element, name: str) -> str:
    """Return the number of a message.

    Raises:
        BadAnswer: it is missing, there twice, or no number of at most 20 digits.
    """
    _only(elements_of(parent, name), name)
    text = text_of(parent, name)
    if not IDENTIFIER.fullmatch(text):
        raise BadAnswer(f"{text[:SHOWN]} is no number of a message.")
    return text


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
    """Read an xs:dateTime as an aware instant; without a zone it is Czech time.

    Raises:
        BadAnswer: the text is no time, or one at an end of the calendar, where changing the
            zone leaves it.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadAnswer(f"{text[:SHOWN]} is no time.") from error
    if found.year not in YEARS:
        raise BadAnswer(f"{text[:SHOWN]} is no time that anybody means.")
    return found.replace(tzinfo=PRAGUE) if found.tzinfo is None else found


def number_of(text: str) -> int:
    """Read a whole number, as xs:int is; an empty text is 0.

    Raises:
        BadAnswer: the text is no number, or too large.
    """
    try:
        found = int(text or 0)
    except ValueError as error:
        raise BadAnswer(f"{text[:SHOWN]} is no number.") from error
    if abs(found) > LARGEST_NUMBER:
        raise BadAnswer("A number is too large.")
    return found


def printable(text: str) -> str:
    """Drop characters that XML cannot carry and turn line breaks into spaces.

    ISDS would do the same to envelope texts; doing it here keeps what we store equal to what
    is sent.
    """
    return text.translate(PRINTABLE)
