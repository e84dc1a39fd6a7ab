"""A good request of every operation that the simulator answers, and how to spoil one."""

import base64
from collections.abc import Callable

from .wire import PDF, SOAP, SOAP_12, V20, XSI, envelope_xml, file_xml

OWNER = "<dbOwnerInfo>{}</dbOwnerInfo>"
LIST = "<dmFromTime/><dmToTime/><dmSenderOrgUnitNum/><dmStatusFilter>-1</dmStatusFilter>"
LIST += "<dmOffset/><dmLimit/>"
SEARCH = "<searchText>Obec</searchText><searchType>GENERAL</searchType>"
SEARCH += "<searchScope>ALL</searchScope><page>0</page><pageSize>10</pageSize>"
MESSAGE = "<dmID>1000001</dmID>"
DUMMY = "<dbDummy/>"


def content(data: bytes = PDF) -> str:
    """Return Base64."""
    return base64.b64encode(data).decode()


def requests_of(box: str) -> dict[str, str]:
    """Return the inside of a good request of each operation, about a message and a box."""
    envelope = f"<dmEnvelope>{envelope_xml(box)}</dmEnvelope>"
    files = f"<dmFiles>{file_xml()}</dmFiles>"
    recipient = f"<dmRecipient><dbIDRecipient>{box}</dbIDRecipient><dmToHands/></dmRecipient>"
    about_message = (
        "MessageDownload", "SignedMessageDownload", "BigMessageDownload",
        "SignedBigMessageDownload", "MessageEnvelopeDownload", "MarkMessageAsDownloaded",
        "GetMessageAuthor", "GetMessageAuthor2", "GetDeliveryInfo", "GetSignedDeliveryInfo",
        "SentMessageEnvelopeDownload", "VerifyMessage", "SignedSentMessageDownload",
        "SignedSentBigMessageDownload",
    )  # fmt: skip
    document = f"<dmMessage>{content(b'no ZFO')}</dmMessage>"
    external = '<dmExtFile dmFileMetaType="main" dmAttID="a" dmAttHash1="b" dmAttHash1Alg="SHA-256"'
    external += ' dmAttHash2="c" dmAttHash2Alg="SHA3-256"/>'
    described = OWNER.format(f"<dbID>{box}</dbID>")
    return {
        **dict.fromkeys(about_message, MESSAGE),
        "CreateMessage": envelope + files,
        "CreateMultipleMessage": f"<dmRecipients>{recipient}</dmRecipients>{envelope}{files}",
        "CreateBigMessage": f"{envelope}<dmFiles>{external}</dmFiles>",
        "UploadAttachment": file_xml(),
        "DownloadAttachment": f"{MESSAGE}<attNum>1</attNum>",
        "EraseMessage": f"{MESSAGE}<dmIncoming>true</dmIncoming>",
        "GetListOfSentMessages": LIST,
        "GetListOfReceivedMessages": LIST.replace("Sender", "Recipient"),
        "GetMessageStateChanges": "<dmFromTime/><dmToTime/>",
        "AuthenticateMessage": document,
        "AuthenticateBigMessage": document,
        "ArchiveISDSDocument": document,
        "Re-signISDSDocument": f"<dmDoc>{content(b'no ZFO')}</dmDoc>",
        "DummyOperation": "",
        "CheckDataBox": f"<dbID>{box}</dbID>",
        "GetDataBoxAddress": f"<dbID>{box}</dbID>",
        "FindDataBox": described,
        "FindDataBox2": described,
        "ISDSSearch2": SEARCH,
        "ISDSSearch3": SEARCH,
        "PDZSendInfo": f"<dbId>{box}</dbId><PDZType>Normal</PDZType>",
        "PDZInfo": f"<PDZSender>{box}</PDZSender>",
        "DataBoxCreditInfo": f"<dbID>{box}</dbID><ciFromDate/><ciTodate/>",
        "GetConstants": "<constDate/>",
        "GetOwnerInfoFromLogin": DUMMY,
        "GetOwnerInfoFromLogin2": DUMMY,
        "GetUserInfoFromLogin": DUMMY,
        "GetUserInfoFromLogin2": DUMMY,
        "GetPasswordInfo": DUMMY,
        "ChangeISDSPassword": "<dbOldPassword>x</dbOldPassword><dbNewPassword>y</dbNewPassword>",
    }


def soap(operation: str, inner: str, version: str = SOAP) -> bytes:
    """Return a whole request."""
    return (
        f'<s:Envelope xmlns:s="{version}" xmlns:xsi="{XSI}"><s:Body><{operation} xmlns="{V20}">'
        f"{inner}</{operation}></s:Body></s:Envelope>"
    ).encode()


Spoil = Callable[[bytes], bytes]
BOMB = '<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">'
BOMB += "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)).replace(
    "&a0;", "&a;"
)
BOMB += "]>"


def _before(text: str) -> Spoil:
    return lambda body: text.encode() + body


def _inside(text: bytes) -> Spoil:
    """Put something before the end of the body, beside the operation."""
    return lambda body: body.replace(b"</s:Body>", text + b"</s:Body>")


def _within(text: bytes) -> Spoil:
    """Put something before the end of the operation itself."""

    def spoil(body: bytes) -> bytes:
        end = body.rindex(b"</", 0, body.index(b"</s:Body>"))
        return body[:end] + text + body[end:]

    return spoil


def _cut(at: float) -> Spoil:
    return lambda body: body[: int(len(body) * at)]


FAULTS: dict[str, Spoil] = {
    "nothing": lambda _body: b"",
    **{f"cut at {at}": _cut(at) for at in (0.01, 0.3, 0.5, 0.7, 0.9, 0.99)},
    "the last byte": lambda body: body[:-1],
    "an outer entity": _before('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    "an outer document type": _before('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "a parameter entity": _before('<!DOCTYPE x [<!ENTITY % e SYSTEM "file:///x">%e;]>'),
    "a bomb": _before(BOMB),
    "an unknown entity": _within(b"&e;"),
    "UTF-16": lambda body: body.decode().encode("utf-16"),
    "UTF-32": lambda body: body.decode().encode("utf-32"),
    "broken UTF-8": lambda body: body.replace(b"<s:Body>", b"<s:Body>\xc3\x28"),
    "nulls": lambda body: body.replace(b"s:Body", b"s:Bo\x00dy"),
    "very deep": _inside(b"<a>" * 100_000),
    "deep and closed": _inside(b"<a>" * 50_000 + b"</a>" * 50_000),
    "very many elements": _within(b"<a/>" * 200_001),
    "very many attributes": _within(
        b"<a " + b" ".join(b"a%d=''" % n for n in range(200_001)) + b"/>"
    ),
    "two operations": lambda body: body.replace(
        body[body.index(b"<s:Body>") + 8 : body.index(b"</s:Body>")],
        body[body.index(b"<s:Body>") + 8 : body.index(b"</s:Body>")] * 2,
    ),
    "an empty body": lambda body: body[: body.index(b"<s:Body>") + 8] + b"</s:Body></s:Envelope>",
    "no envelope": lambda body: body[body.index(b"<s:Body>") + 8 : body.index(b"</s:Body>")],
    "two envelopes": lambda body: body * 2,
    "another envelope": lambda body: body.replace(SOAP.encode(), b"urn:x"),
    "HTML": lambda _body: b"<html><body>CreateMessage</body></html>",
    "JSON": lambda _body: b'{"CreateMessage": {}}',
}
"""What is no request: the answer is a SOAP fault, whatever the operation."""

PACKAGES = {
    "no type": 'multipart/related; boundary="b"',
    "another type": 'multipart/related; type="text/xml"; boundary="b"',
    "no boundary": 'multipart/related; type="application/xop+xml"',
    "another boundary": 'multipart/related; type="application/xop+xml"; boundary="c"',
    "a boundary of marks": 'multipart/related; type="application/xop+xml"; boundary="<>"',
    "an endless boundary": f'multipart/related; type="application/xop+xml"; boundary="{"b" * 999}"',
}
"""Content types of a package with the boundary ``b`` that do not fit it."""


def package(body: bytes) -> bytes:
    """Return a package whose boundary is ``b``."""
    return b"--b\r\nContent-Type: application/xop+xml\r\n\r\n" + body + b"\r\n--b--"


SOAP_VERSIONS = (SOAP, SOAP_12)
