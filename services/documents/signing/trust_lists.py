"""Trust lists (ETSI TS 119 612): read only after their signature held against a pinned certificate.

Each imported list stays as a file for good; lists are verified anew whenever they are read.
"""

import hashlib
import logging
import threading
from base64 import b64decode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidCertificate, InvalidInput, SignXMLException
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from services.documents.domain.trust_lists import (
    CA_QC,
    NOTHING,
    Criteria,
    Qualification,
    Service,
    State,
    TrustedList,
    Verdict,
    judge,
    newest,
)
from services.documents.signing.ways.people import claims_of
from shared.development import write_once

log = logging.getLogger(__name__)

TSL = "{http://uri.etsi.org/02231/v2#}"
SIE = "{http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#}"
MOST_BYTES = 20_000_000
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
ENVELOPED = XAdESSignatureConfiguration(
    location="./", expect_references=2, signature_methods=METHODS, digest_algorithms=DIGESTS
)
"""Two references: the whole list, and the signed properties (TS 119 612, 5.7)."""


class BadList(Exception):
    """The list cannot be believed; the text says why."""


def read_list(content: bytes, pinned: Sequence[asn1_x509.Certificate]) -> TrustedList:
    """Return what a list says, if one of the pinned certificates signed all of it.

    Raises:
        BadList: damaged, of another kind, or signed by somebody else.
    """
    signed = _verified(_parsed(content), pinned)
    try:
        return _read(signed)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadList("The list lacks what every list has.") from error


def _parsed(content: bytes) -> etree._Element:
    if len(content) > MOST_BYTES:
        raise BadList("The list is too long.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadList("The file is no XML.") from error
    if root.getroottree().docinfo.doctype or root.tag != f"{TSL}TrustServiceStatusList":
        raise BadList("The file is no trust list.")
    return root


def _verified(root: etree._Element, pinned: Sequence[asn1_x509.Certificate]) -> etree._Element:
    """Return the element that is signed, as it was signed."""
    for certificate in pinned:
        own = x509.load_der_x509_certificate(certificate.dump())
        pem = own.public_bytes(Encoding.PEM).decode()
        try:
            results = XAdESVerifier().verify(root, x509_cert=pem, expect_config=ENVELOPED)
        except (SignXMLException, InvalidInput, InvalidCertificate, ValueError):
            continue
        for result in results if isinstance(results, list) else [results]:
            if result.signed_xml is not None and result.signed_xml.tag == root.tag:
                return result.signed_xml
    raise BadList("None of the pinned certificates has signed the whole list.")


def _read(root: etree._Element) -> TrustedList:
    scheme = root.find(f"{TSL}SchemeInformation")
    services = [_service(one) for one in root.iter(f"{TSL}TSPService")]
    return TrustedList(
        territory=_text(scheme, "SchemeTerritory"),
        sequence=int(_text(scheme, "TSLSequenceNumber")),
        issued_at=_moment(_text(scheme, "ListIssueDateTime")),
        next_update=_next_update(scheme),
        services=tuple(one for one in services if one is not None),
    )


def _next_update(scheme: etree._Element) -> datetime | None:
    found = scheme.find(f"{TSL}NextUpdate/{TSL}dateTime")
    return _moment(found.text) if found is not None and found.text else None


def _service(item: etree._Element) -> Service | None:
    present = item.find(f"{TSL}ServiceInformation")
    if _text(present, "ServiceTypeIdentifier") != CA_QC:
        return None
    former = item.findall(f"{TSL}ServiceHistory/{TSL}ServiceHistoryInstance")
    name = present.find(f"{TSL}ServiceName/{TSL}Name")
    return Service(
        keys=frozenset(_keys(present)),
        name=(name.text or "") if name is not None else "",
        states=tuple(_state(one) for one in (present, *former)),
    )


def _keys(information: etree._Element) -> Iterator[str]:
    path = f"{TSL}ServiceDigitalIdentity/{TSL}DigitalId/{TSL}X509Certificate"
    for found in information.findall(path):
        certificate = asn1_x509.Certificate.load(_octets(found.text or ""))
        yield hashlib.sha256(certificate.public_key.dump()).hexdigest()


def _octets(text: str) -> bytes:
    return b64decode("".join(text.split()), validate=True)


def _state(information: etree._Element) -> State:
    extensions = information.find(f"{TSL}ServiceInformationExtensions")
    uses, qualifications = set[str](), list[Qualification]()
    for found in extensions if extensions is not None else ():
        for info in found.iter(f"{TSL}AdditionalServiceInformation"):
            uses.add(_text(info, "URI"))
        for element in found.iter(f"{SIE}QualificationElement"):
            qualifications.append(_qualification(element))
    return State(
        status=_text(information, "ServiceStatus"),
        since=_moment(_text(information, "StatusStartingTime")),
        uses=frozenset(one for one in uses if one.rpartition("/")[2].startswith("Fore")),
        qualifications=tuple(qualifications),
    )


def _qualification(element: etree._Element) -> Qualification:
    names = [one.get("uri", "").rpartition("/")[2] for one in element.iter(f"{SIE}Qualifier")]
    criteria = element.find(f"{SIE}CriteriaList")
    return Qualification(
        frozenset(names), _criteria(criteria) if criteria is not None else _UNKNOWN
    )


_UNKNOWN = Criteria(is_known=False)


def _criteria(found: etree._Element) -> Criteria:
    usages, policies, is_known = list[tuple[str, bool]](), list[str](), True
    for child in found.iterchildren(etree.Element):
        if child.tag == f"{SIE}KeyUsage":
            usages += [
                (str(bit.get("name")), (bit.text or "").strip() == "true")
                for bit in child.iter(f"{SIE}KeyUsageBit")
            ]
        elif child.tag == f"{SIE}PolicySet":
            policies += [_policy(one) for one in child.iter(f"{SIE}PolicyIdentifier")]
        elif child.tag != f"{SIE}Description":
            is_known = False
    kind = found.get("assert", "")
    return Criteria(
        tuple(usages), tuple(policies), kind == "atLeastOne", is_known and kind in _ASSERTS
    )


_ASSERTS = ("all", "atLeastOne")


def _policy(item: etree._Element) -> str:
    text = "".join(item.itertext()).strip()
    return text.removeprefix("urn:oid:")


def _text(parent: etree._Element | None, name: str) -> str:
    found = parent.find(f"{TSL}{name}") if parent is not None else None
    if found is None or not (found.text or "").strip():
        raise ValueError(f"{name} is missing")
    return str(found.text).strip()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class ListShelf:
    """The lists that were imported, in a folder that processes share."""

    def __init__(self, folder: Path, pinned: Sequence[asn1_x509.Certificate]) -> None:
        """Remember the folder and the certificates that may have signed."""
        self._folder, self._pinned = folder, tuple(pinned)
        self._read: dict[Path, TrustedList | None] = {}
        self._lock = threading.Lock()

    def add(self, content: bytes) -> TrustedList:
        """Keep a list.

        Raises:
            BadList: it cannot be believed, or is older than the one that is kept.
        """
        found = read_list(content, self._pinned)
        kept = {one.territory: one for one in self.lists()}.get(found.territory)
        if kept is not None and found.sequence < kept.sequence:
            raise BadList(f"A newer list is kept already: {kept.version}.")
        name = "".join(c for c in found.territory if c.isalnum())
        path = self._folder / f"{name}-{found.sequence}.xml"
        write_once(path, content)
        if path.read_bytes() != content:
            raise BadList(f"Another list with the same number is kept already: {found.version}.")
        return found

    def lists(self) -> list[TrustedList]:
        """Return the newest list of each territory; one that does not verify is left out."""
        paths = sorted(self._folder.glob("*.xml")) if self._folder.exists() else []
        with self._lock:
            for path in paths:
                if path not in self._read:
                    self._read[path] = self._reread(path)
            return newest(one for path in paths if (one := self._read[path]) is not None)

    def judge(
        self, der: bytes, chain: Sequence[bytes], signed_at: datetime, now: datetime
    ) -> Verdict:
        """Tell whether a certificate (DER, with those above it) was qualified when it signed."""
        lists = self.lists()
        return judge(lists, claims_of(der, chain), signed_at, now) if lists else NOTHING

    def _reread(self, path: Path) -> TrustedList | None:
        try:
            return read_list(path.read_bytes(), self._pinned)
        except BadList:
            log.error("a kept trust list does not verify", extra={"list": path.name})
            return None
