"""A bare SOAP client for the tests: writes the XML by hand, reads it with lxml."""

import base64
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import requests
from lxml import etree

V20 = "http://isds.czechpoint.cz/v20"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NS = {"i": V20, "s": SOAP}
ENVELOPE = [
    "dmSenderOrgUnit",
    "dmSenderOrgUnitNum",
    "dbIDRecipient",
    "dmRecipientOrgUnit",
    "dmRecipientOrgUnitNum",
    "dmToHands",
    "dmAnnotation",
    "dmRecipientRefNumber",
    "dmSenderRefNumber",
    "dmRecipientIdent",
    "dmSenderIdent",
    "dmLegalTitleLaw",
    "dmLegalTitleYear",
    "dmLegalTitleSect",
    "dmLegalTitlePar",
    "dmLegalTitlePoint",
    "dmPersonalDelivery",
    "dmAllowSubstDelivery",
]
PATIENCE = 120
"""Seconds; a machine that does much else takes its time with tens of megabytes."""
PDF = b"%PDF-1.7\n% Oznameni\n%%EOF\n"


@dataclass
class Answer:
    """What came back."""

    http: requests.Response
    tree: Any = field(init=False)

    def __post_init__(self) -> None:
        kind = self.http.headers.get("Content-Type", "")
        is_xml = kind.startswith(("text/xml", "application/soap+xml"))
        parser = etree.XMLParser(huge_tree=True)
        self.tree = etree.fromstring(self.http.content, parser) if is_xml else None

    @property
    def code(self) -> str:
        """The status code of the operation."""
        found = self.tree.xpath("//i:dmStatusCode | //i:dbStatusCode", namespaces=NS)
        return str(found[-1].text)

    def text(self, name: str) -> str | None:
        """The text of the first element of a name."""
        found = self.tree.xpath(f"//i:{name}", namespaces=NS)
        return found[0].text if found else None

    def texts(self, name: str) -> list[str]:
        """The texts of all elements of a name."""
        return [element.text for element in self.tree.xpath(f"//i:{name}", namespaces=NS)]

    def binary(self, name: str) -> bytes:
        """A decoded base64 element."""
        return base64.b64decode(self.text(name) or "")

    @property
    def operation(self) -> Any:
        """The element in the SOAP body."""
        return self.tree.find("{*}Body")[0]


@dataclass
class Wire:
    """A caller with a login."""

    url: str
    username: str = "mas"
    password: str = "heslo-mas"
    timeout: float = PATIENCE
    prefix: str = ""
    """What stands before ``/DS``: a way to sign in, a host, or both."""
    certificate: str | None = None
    """File with the key and the certificate of the client."""
    trust: str | None = None
    """File with the root that the server's certificate must come from."""
    cookies: dict[str, str] = field(default_factory=dict)

    def post(
        self, service: str, body: str | bytes, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send raw bytes."""
        data = body.encode() if isinstance(body, str) else body
        return Answer(
            requests.post(
                f"{self.url}{self.prefix}/DS/{service}",
                data=data,
                headers={"Content-Type": "text/xml; charset=utf-8", **(headers or {})},
                auth=(self.username, self.password) if self.username else None,
                timeout=self.timeout,
                cert=self.certificate,
                verify=self.trust or True,
                cookies=self.cookies,
                allow_redirects=False,
            )
        )

    def post_raw(self, service: str, operation: str, *, stream: bool = False) -> requests.Response:
        """Call an operation without reading the answer as XML."""
        body = (
            f'<s:Envelope xmlns:s="{SOAP}"><s:Body><{operation} xmlns="{V20}"/></s:Body>'
            "</s:Envelope>"
        )
        return requests.post(
            f"{self.url}/DS/{service}",
            data=body,
            auth=(self.username, self.password),
            timeout=self.timeout,
            stream=stream,
        )

    def call(self, service: str, operation: str, inner: str = "", attributes: str = "") -> Answer:
        """Call an operation with a body in the default namespace."""
        return self.post(
            service,
            f'<s:Envelope xmlns:s="{SOAP}"><s:Body>'
            f'<{operation} xmlns="{V20}"{attributes}>{inner}</{operation}></s:Body></s:Envelope>',
            {"SOAPAction": '""'},
        )

    def send(
        self,
        recipient: str,
        *,
        files: list[str] | None = None,
        kind: str | None = None,
        more: str = "",
        **values: str,
    ) -> Answer:
        """Call CreateMessage; ``more`` follows the eighteen elements."""
        kind_attribute = f' dmType="{kind}"' if kind else ""
        content = "".join([file_xml()] if files is None else files)
        return self.call(
            "dz",
            "CreateMessage",
            f"<dmEnvelope{kind_attribute}>{envelope_xml(recipient, **values)}{more}</dmEnvelope>"
            f"<dmFiles>{content}</dmFiles>",
        )

    def sent_id(self, recipient: str, **values: Any) -> str:
        """Send a message that must be accepted, and return its id."""
        answer = self.send(recipient, **values)
        assert answer.code == "0000", answer.http.text
        return answer.text("dmID") or ""

    def list_received(self) -> Answer:
        """Call GetListOfReceivedMessages, which delivers."""
        inner = "<dmFromTime/><dmToTime/><dmRecipientOrgUnitNum/>"
        inner += "<dmStatusFilter>-1</dmStatusFilter><dmOffset/><dmLimit/>"
        return self.call("dx", "GetListOfReceivedMessages", inner)

    def about(self, service: str, operation: str, message_id: str) -> Answer:
        """Call an operation that takes the id of a message."""
        return self.call(service, operation, f"<dmID>{message_id}</dmID>")

    def list_sent(self, **values: str) -> Answer:
        """Call GetListOfSentMessages; everything unless told otherwise."""
        wanted = {
            "dmFromTime": "",
            "dmToTime": "",
            "dmSenderOrgUnitNum": "",
            "dmStatusFilter": "-1",
            "dmOffset": "",
            "dmLimit": "",
            **values,
        }
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in wanted.items())
        return self.call("dx", "GetListOfSentMessages", inner)

    def delivery_info(self, message_id: str) -> Answer:
        """Call GetDeliveryInfo."""
        return self.call("dx", "GetDeliveryInfo", f"<dmID>{message_id}</dmID>")

    def download_sent(self, message_id: str) -> Answer:
        """Call SignedSentMessageDownload."""
        return self.call("dz", "SignedSentMessageDownload", f"<dmID>{message_id}</dmID>")


def envelope_xml(recipient: str, **values: str) -> str:
    """Return the eighteen elements."""
    known = {"dbIDRecipient": recipient, "dmAnnotation": "Oznámení", **values}
    return "".join(
        f"<{name}>{escape(known[name])}</{name}>" if name in known else f"<{name}/>"
        for name in ENVELOPE
    )


def file_xml(
    name: str = "oznameni.pdf",
    content: bytes = PDF,
    *,
    meta: str = "main",
    mime: str = "application/pdf",
) -> str:
    """Return one attachment."""
    return (
        f'<dmFile dmMimeType={quoteattr(mime)} dmFileMetaType="{meta}" '
        f"dmFileDescr={quoteattr(name)}><dmEncodedContent>"
        f"{base64.b64encode(content).decode()}</dmEncodedContent></dmFile>"
    )


@dataclass
class Control:
    """A caller of the control interface."""

    url: str

    def get(self, path: str, **query: str) -> Any:
        """Read something."""
        reply = requests.get(f"{self.url}/control/{path}", params=query, timeout=PATIENCE)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def post(self, path: str, status: int = 200, **body: Any) -> Any:
        """Change something."""
        reply = requests.post(f"{self.url}/control/{path}", json=body, timeout=PATIENCE)
        assert reply.status_code == status, reply.text
        return reply.json() if reply.content else None

    def fault(self, operation: str, kind: str, **more: Any) -> None:
        """Set a fault switch."""
        self.post("faults", 201, operation=operation, kind=kind, **more)

    def stop_clock(self, now: str) -> None:
        """Make the clock stand still at an instant."""
        self.post("clock", now=now, stopped=True)

    def advance(self, **parts: float) -> None:
        """Let time pass: days, hours, minutes, seconds."""
        factors = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
        self.post(
            "clock", advance_seconds=sum(factors[name] * value for name, value in parts.items())
        )
