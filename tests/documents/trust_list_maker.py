"""Trust lists made for tests: the XML by hand, signed with a scheme operator's key."""

import hashlib
from base64 import b64encode
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from .authorities import Owner

GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
WITHDRAWN = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn"
CA_QC = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
QUALIFIER = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
ISSUED = datetime(2026, 4, 1, 8, tzinfo=UTC)


def state(
    owner: Owner,
    status: str = GRANTED,
    since: datetime = datetime(2020, 1, 1, tzinfo=UTC),
    *,
    uses: tuple[str, ...] = (),
    qualifiers: tuple[str, ...] = (),
    criteria: str = "",
    kind: str = CA_QC,
) -> str:
    """Return what a service was since an instant, as elements."""
    parts = [
        f"<Extension Critical='true'><AdditionalServiceInformation><URI xml:lang='en'>"
        f"{QUALIFIER}{use}</URI></AdditionalServiceInformation></Extension>"
        for use in uses
    ]
    if qualifiers:
        listed = "".join(f"<s:Qualifier uri='{QUALIFIER}{one}'/>" for one in qualifiers)
        parts.append(
            "<Extension Critical='true'><s:Qualifications><s:QualificationElement>"
            f"<s:Qualifiers>{listed}</s:Qualifiers>{criteria}"
            "</s:QualificationElement></s:Qualifications></Extension>"
        )
    return f"""
      <ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>
      <ServiceName><Name xml:lang="en">A service</Name></ServiceName>
      <ServiceDigitalIdentity><DigitalId><X509Certificate>
        {b64encode(owner.der).decode()}</X509Certificate></DigitalId></ServiceDigitalIdentity>
      <ServiceStatus>{status}</ServiceStatus>
      <StatusStartingTime>{since:%Y-%m-%dT%H:%M:%SZ}</StatusStartingTime>
      <ServiceInformationExtensions>{"".join(parts)}</ServiceInformationExtensions>"""


def service(present: str, *former: str) -> str:
    """Return a service with its history."""
    history = "".join(f"<ServiceHistoryInstance>{one}</ServiceHistoryInstance>" for one in former)
    return (
        f"<TSPService><ServiceInformation>{present}</ServiceInformation>"
        f"<ServiceHistory>{history}</ServiceHistory></TSPService>"
    )


def plain(
    *services: str, sequence: int = 7, valid: timedelta = timedelta(days=30), territory: str = "CZ"
) -> bytes:
    """Return a list that nobody has signed."""
    due = ISSUED + valid
    return f"""<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"
  xmlns:s="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
  TSLTag="http://uri.etsi.org/19612/TSLTag"><SchemeInformation>
  <TSLVersionIdentifier>5</TSLVersionIdentifier>
  <TSLSequenceNumber>{sequence}</TSLSequenceNumber>
  <SchemeTerritory>{territory}</SchemeTerritory>
  <ListIssueDateTime>{ISSUED:%Y-%m-%dT%H:%M:%SZ}</ListIssueDateTime>
  <NextUpdate><dateTime>{due:%Y-%m-%dT%H:%M:%SZ}</dateTime></NextUpdate></SchemeInformation>
  <TrustServiceProviderList><TrustServiceProvider><TSPServices>{"".join(services)}
  </TSPServices></TrustServiceProvider></TrustServiceProviderList>
  </TrustServiceStatusList>""".encode()


SIGNATURE = """<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="sig"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{exclusive}"/><ds:SignatureMethod Algorithm="{method}"/>
<ds:Reference URI=""><ds:Transforms>
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<ds:Transform Algorithm="{exclusive}"/></ds:Transforms>
<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue>{whole}</ds:DigestValue></ds:Reference>
<ds:Reference URI="#props" Type="http://uri.etsi.org/01903#SignedProperties"><ds:Transforms>
<ds:Transform Algorithm="{exclusive}"/></ds:Transforms><ds:DigestMethod Algorithm="{digest}"/>
<ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/>
<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>
</ds:KeyInfo><ds:Object><x:QualifyingProperties xmlns:x="http://uri.etsi.org/01903/v1.3.2#"
Target="#sig"><x:SignedProperties Id="props"><x:SignedSignatureProperties>
<x:SigningTime>2026-04-01T08:00:00Z</x:SigningTime><x:SigningCertificateV2><x:Cert><x:CertDigest>
<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue>{named}</ds:DigestValue></x:CertDigest>
</x:Cert></x:SigningCertificateV2></x:SignedSignatureProperties></x:SignedProperties>
</x:QualifyingProperties></ds:Object></ds:Signature>"""
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHA256_XML = "http://www.w3.org/2001/04/xmlenc#sha256"
ECDSA_XML = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
DS = "{http://www.w3.org/2000/09/xmldsig#}"


def signed(content: bytes, operator: Owner) -> bytes:
    """Return the list with the operator's XAdES signature, made by hand (P-256)."""
    root = etree.fromstring(content)
    signature = etree.fromstring(
        SIGNATURE.format(
            exclusive=EXCLUSIVE,
            digest=SHA256_XML,
            method=ECDSA_XML,
            whole=_hash(etree.tostring(root, method="c14n", exclusive=True)),
            certificate=b64encode(operator.der).decode(),
            named=_hash(operator.der),
        )
    )
    root.append(signature)
    properties = signature.find(".//{http://uri.etsi.org/01903/v1.3.2#}SignedProperties")
    value = signature.findall(f".//{DS}Reference/{DS}DigestValue")[1]
    value.text = _hash(etree.tostring(properties, method="c14n", exclusive=True))
    info = signature.find(f"{DS}SignedInfo")
    covered = etree.tostring(info, method="c14n", exclusive=True)
    assert isinstance(operator.key, ec.EllipticCurvePrivateKey)
    numbers = decode_dss_signature(operator.key.sign(covered, ec.ECDSA(SHA256())))
    raw = b"".join(number.to_bytes(32, "big") for number in numbers)
    signature.find(f"{DS}SignatureValue").text = b64encode(raw).decode()
    return bytes(etree.tostring(root))


def _hash(content: bytes) -> str:
    return b64encode(hashlib.sha256(content).digest()).decode()
