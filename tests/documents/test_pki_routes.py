"""What anybody can ask the running product about certificates of the development authority."""

from base64 import b64encode
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from services.documents.signing.revocations import ocsp_request
from services.documents.tools import Tools
from tests.documents.offices import NOW, ORGANISATION, Office


def seal_of(office: Office) -> tuple[x509.Certificate, x509.Certificate]:
    tools: Tools = office.app.extensions["documents-tools"]
    identity = tools.pki.seal_identity(ORGANISATION, "MAS")
    issuer = x509.load_der_x509_certificate(identity.chain[0])
    return x509.load_der_x509_certificate(identity.certificate), issuer


def path_of(url: str) -> str:
    assert url.startswith("http://localhost/documents/")
    return url.removeprefix("http://localhost/documents")


def ask(office: Office, seal: x509.Certificate, issuer: x509.Certificate) -> ocsp.OCSPResponse:
    above = seal.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    url = next(one.access_location.value for one in above if "ocsp" in one.access_location.value)
    encoded = quote(b64encode(ocsp_request(seal, issuer)).decode(), safe="")
    reply = office.client.get(f"{path_of(url)}/{encoded}")
    assert (reply.status_code, reply.mimetype) == (200, "application/ocsp-response")
    return ocsp.load_der_ocsp_response(reply.get_data())


def test_a_certificate_leads_to_its_list_and_its_issuer(office: Office) -> None:
    seal, issuer = seal_of(office)
    points = seal.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    crl = office.client.get(path_of(points[0].full_name[0].value))
    above = office.client.get(path_of(points[0].full_name[0].value).replace(".crl", ".cer"))

    parsed = x509.load_der_x509_crl(crl.get_data())

    assert parsed.is_signature_valid(issuer.public_key())
    assert parsed.get_revoked_certificate_by_serial_number(seal.serial_number) is None
    assert x509.load_der_x509_certificate(above.get_data()) == issuer


def test_the_responder_tells_of_one_certificate(office: Office) -> None:
    seal, issuer = seal_of(office)
    assert ask(office, seal, issuer).certificate_status == ocsp.OCSPCertStatus.GOOD

    office.app.extensions["documents-tools"].pki.revoke(seal.serial_number, NOW)

    answer = ask(office, seal, issuer)
    assert answer.produced_at_utc == NOW
    assert answer.certificate_status == ocsp.OCSPCertStatus.REVOKED
    assert answer.revocation_time_utc == NOW


@pytest.mark.parametrize(
    "path", ["nobody.crl", "root.pem", "ocsp/AAAA", "ocsp/%21", "ocsp/" + "A" * 5000]
)
def test_nonsense_finds_nothing(office: Office, path: str) -> None:
    assert office.client.get(f"/api/v1/pki/{path}").status_code == 404
