"""Reading requests: hardened against hostile XML, lenient where the real system is lenient."""

import base64
import binascii
from datetime import UTC, date, datetime, time
from typing import Any

from lxml import etree

from services.isds_simulator.domain.fiction import PRAGUE
from services.isds_simulator.domain.refusals import (
    BAD_ATTACHMENT,
    BAD_DATE,
    INVALID_MESSAGE,
    Refused,
)
from services.isds_simulator.service.documents import V20
from services.isds_simulator.soap.xop import included, is_multipart, unpack

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TRUE = frozenset({"true", "1"})
FALSE = frozenset({"false", "0"})
WHITE_SPACE = b" \t\r\n"
LARGEST_INTEGER = 2**31 - 1
MOST_TAGS = 200_000
MOST_ATTRIBUTES = 200_000
"""Of a request; in memory each is some hundred times as long as in the text. A message for fifty
recipients with a hundred files has fewer than a thousand of either."""


class MalformedRequest(Exception):
    """The body is not a SOAP request that may be read."""


class Fields:
    """The children of an element, by their local names in the namespace of ISDS.

    ``<x></x>``, ``<x/>`` and ``<x xsi:nil="true"/>`` all mean that there is no value,
    for numbers and truth values, too; a missing element means the same.
    """

    def __init__(self, element: Any, parts: dict[str, bytes] | None = None) -> None:
        self._element = element
        self._parts = parts or {}

    def text(self, name: str) -> str | None:
        """Return the text of a child, ``None`` if it is empty or missing."""
        child = self._element.find(f"{{{V20}}}{name}")
        if child is None or child.get(XSI_NIL) in TRUE:
            return None
        return child.text or None

    def integer(self, name: str) -> int | None:
        """Return a whole number.

        Raises:
            Refused: 9005, the text is no number.
        """
        text = self.text(name)
        if text is None or not text.strip():
            return None
        try:
            number = int(text)
        except ValueError:
            raise Refused(INVALID_MESSAGE, name) from None
        if abs(number) > LARGEST_INTEGER:
            raise Refused(INVALID_MESSAGE, name)
        return number

    def boolean(self, name: str) -> bool | None:
        """Return a truth value.

        Raises:
            Refused: 9005, the text is neither true nor false.
        """
        text = (self.text(name) or "").strip()
        if not text:
            return None
        if text not in TRUE | FALSE:
            raise Refused(INVALID_MESSAGE, name)
        return text in TRUE

    def instant(self, name: str) -> datetime | None:
        """Return an aware UTC instant; a time without a zone is a Czech local one.

        Raises:
            Refused: 1058, the text is no date and time.
        """
        text = (self.text(name) or "").strip()
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            local = moment if moment.tzinfo else moment.replace(tzinfo=PRAGUE)
            return local.astimezone(UTC)
        except (ValueError, OverflowError):
            raise Refused(BAD_DATE, name) from None

    def day(self, name: str, refusal: str = BAD_DATE) -> datetime | None:
        """Return the beginning of a Prague calendar day as an aware UTC instant.

        Raises:
            Refused: 1058, or the given code, the text is no date.
        """
        text = (self.text(name) or "").strip()
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
            return datetime.combine(day, time(), tzinfo=PRAGUE).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Refused(refusal, name) from None

    def binary(self, name: str) -> bytes | None:
        """Return decoded base64, or what the element includes; white space is tolerated.

        Raises:
            Refused: 1214, the text is no base64.
            MalformedXop: It includes a part that is not there.
        """
        child = self._element.find(f"{{{V20}}}{name}")
        content = None if child is None else included(child, self._parts)
        if content is not None:
            return content
        text = self.text(name)
        if text is None:
            return None
        compact = text.encode("ascii", "replace").translate(None, WHITE_SPACE)
        try:
            return base64.b64decode(compact, validate=True)
        except binascii.Error:
            raise Refused(BAD_ATTACHMENT) from None

    def child(self, name: str) -> "Fields | None":
        """Return a child to be read further, or ``None``."""
        child = self._element.find(f"{{{V20}}}{name}")
        return None if child is None else Fields(child, self._parts)

    def children(self, name: str) -> "list[Fields]":
        """Return the children of one name in their order."""
        found = self._element.findall(f"{{{V20}}}{name}")
        return [Fields(child, self._parts) for child in found]

    def has(self, name: str) -> bool:
        """Tell whether there is a child of this name, empty or not."""
        return self._element.find(f"{{{V20}}}{name}") is not None

    def attribute(self, name: str) -> str | None:
        """Return an attribute of the element itself."""
        value = self._element.get(name)
        return None if value is None else str(value)


class Request:
    """A parsed SOAP request."""

    def __init__(self, operation: str, fields: Fields, soap: str) -> None:
        self.operation = operation
        self.fields = fields
        self.soap = soap
        """Namespace of the SOAP envelope; the answer uses the same."""


def parse_request(body: bytes, content_type: str = "") -> Request:
    """Read a SOAP request.

    Args:
        body: The HTTP body. Only UTF-8 is read, whatever the declaration says.
        content_type: Its content type; a package of XOP is unpacked.

    Returns:
        The operation and its fields.

    Raises:
        MalformedXop: A package that is none.
        MalformedRequest: No well-formed SOAP envelope with exactly one element in its
            body, or one with a document type, which might hide entities.
    """
    parts: dict[str, bytes] = {}
    if is_multipart(content_type):
        package = unpack(body, content_type)
        body, parts = package.root, package.parts
    if b"<!DOCTYPE" in body:
        raise MalformedRequest("DOCTYPE is not allowed.")
    if body.count(b"<") > MOST_TAGS or body.count(b"=") > MOST_ATTRIBUTES:
        raise MalformedRequest("The body has too many elements or attributes.")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        # Attachments are text nodes of tens of megabytes.
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedRequest("The body is not well-formed XML.") from error
    return _opened(root, parts)


def _opened(root: Any, parts: dict[str, bytes]) -> Request:
    name = etree.QName(root)
    if name.localname != "Envelope" or name.namespace not in {SOAP_11, SOAP_12}:
        raise MalformedRequest("The root is not a SOAP envelope.")
    body = root.find(f"{{{name.namespace}}}Body")
    if body is None or len(body) != 1:
        raise MalformedRequest("The SOAP body must hold exactly one element.")
    operation = etree.QName(body[0])
    known = operation.localname if operation.namespace == V20 else f"?{operation.localname}"
    return Request(known, Fields(body[0], parts), name.namespace)
