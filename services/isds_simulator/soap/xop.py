"""MTOM: a SOAP 1.2 message whose binary contents travel beside the XML, not as base64."""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any
from urllib.parse import unquote

from services.isds_simulator.service.xml_writing import element

XOP_INCLUDE = "{http://www.w3.org/2004/08/xop/include}Include"
XOP_TYPE = "application/xop+xml"
SOAP_12_TYPE = "application/soap+xml"
MOST_PARTS = 200
LONGEST_HEAD = 16 * 1024
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{1,70}\Z")
WRONG_TYPE = (
    "Outer Content-Type has type parameter={given}, should be application/xop+xml. Use SOAP 1.2."
)


class MalformedXop(Exception):
    """The request is no XOP package; the real system answers with HTTP 599."""


@dataclass(frozen=True)
class Package:
    """An unpacked request."""

    root: bytes
    """The XML."""
    parts: dict[str, bytes]
    """Binary contents by their content ids."""


def header(text: str) -> Message:
    """Return a content type with its parameters."""
    message = Message()
    message["Content-Type"] = text
    return message


def is_multipart(content_type: str) -> bool:
    """Tell whether a request is a package."""
    return header(content_type).get_content_type() == "multipart/related"


def unpack(body: bytes, content_type: str) -> Package:
    """Take a package apart.

    Args:
        body: The HTTP body.
        content_type: Its outer content type.

    Returns:
        The XML and the contents beside it.

    Raises:
        MalformedXop: Types, boundaries or parts are not as XOP wants them.
    """
    outer = header(content_type)
    kind = str(outer.get_param("type") or "")
    if kind.lower() != XOP_TYPE:
        raise MalformedXop(WRONG_TYPE.format(given=kind or "missing"))
    boundary = outer.get_param("boundary")
    if not isinstance(boundary, str) or not BOUNDARY.match(boundary):
        raise MalformedXop("The boundary is missing or not permitted.")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("ascii"))
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise MalformedXop("The package has no parts or no end.")
    if len(pieces) > MOST_PARTS + 2:
        raise MalformedXop("The package has too many parts.")
    found = [_part(piece) for piece in pieces[1:-1]]
    start = outer.get_param("start")
    root = found[0]
    if isinstance(start, str):
        root = next((part for part in found if part[0] == start.strip("<>")), root)
    return Package(root[1], {name: content for name, content in found if name})


def _part(piece: bytes) -> tuple[str, bytes]:
    """Return the content id and the content of a part."""
    head, blank, content = piece.partition(b"\r\n\r\n")
    if not blank or len(head) > LONGEST_HEAD:
        raise MalformedXop("A part has no head.")
    headers = BytesHeaderParser().parsebytes(head.lstrip(b"\r\n"))
    encoding = str(headers.get("Content-Transfer-Encoding", "binary")).strip().lower()
    if encoding == "base64":
        try:
            content = base64.b64decode(content)
        except binascii.Error:
            raise MalformedXop("A part is no base64.") from None
    return str(headers.get("Content-ID", "")).strip().strip("<>"), content


def included(child: Any, parts: dict[str, bytes]) -> bytes | None:
    """Return the content that an element includes, ``None`` if it includes nothing.

    Raises:
        MalformedXop: It includes a part that is not there.
    """
    include = child.find(XOP_INCLUDE)
    if include is None:
        return None
    name = unquote(include.get("href", "").removeprefix("cid:"))
    if name not in parts:
        raise MalformedXop(f"There is no part {name[:100]!r}.")
    return parts[name]


@dataclass
class Parts:
    """The contents of an answer: beside the XML for callers who take XOP, else inside."""

    are_wanted: bool = False
    contents: dict[str, bytes] = field(default_factory=dict)

    def element(self, name: str, content: bytes) -> str:
        """Return an element with a binary value, or one that includes it from beside."""
        if not self.are_wanted:
            return element(name, content)
        content_id = f"{secrets.token_hex(8)}@simulator"
        self.contents[content_id] = content
        include = (
            '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" '
            f'href="cid:{content_id}"/>'
        )
        return f"<{name}>{include}</{name}>"

    def packed(self, root: bytes) -> tuple[bytes, str]:
        """Return the whole package and its content type."""
        boundary = f"simulator-{secrets.token_hex(12)}"
        mark = f"--{boundary}".encode()
        pieces = [
            mark + b'\r\nContent-Type: application/xop+xml; charset=utf-8; type="'
            b'application/soap+xml"\r\nContent-Transfer-Encoding: 8bit\r\n'
            b"Content-ID: <root@simulator>\r\n\r\n" + root
        ]
        pieces.extend(
            mark
            + b"\r\nContent-Type: application/octet-stream"
            + b"\r\nContent-Transfer-Encoding: binary"
            + f"\r\nContent-ID: <{name}>\r\n\r\n".encode()
            + content
            for name, content in self.contents.items()
        )
        content_type = (
            f'multipart/related; boundary="{boundary}"; type="{XOP_TYPE}"; '
            f'start="<root@simulator>"; start-info="{SOAP_12_TYPE}"'
        )
        return b"\r\n".join([*pieces, mark + b"--\r\n"]), content_type
