"""The hand-written signature: judged by pyHanko, OpenSSL and pdfsig, for every kind of key."""

import io
import shutil
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import cms, x509
from asn1crypto.core import Integer, ObjectIdentifier, OctetString
from cryptography import x509 as cx509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from services.documents.signing import der
from services.documents.signing.cms import Identity
from services.documents.signing.mechanisms import KeyUnsuitable, PrivateKey, key_on_hand
from services.documents.signing.pades import append_signature
from services.documents.signing.port import SigningUnavailable
from tests.documents.samples import AT, request
from tests.documents.test_signing import RENDERER, desk, open_pki, task

PLAIN = RENDERER.render(request(signers=0)).pdf
RSA_KEY = rsa.generate_private_key(65537, 2048)
KEYS: dict[str, tuple[PrivateKey, str, bool]] = {
    "P-256": (ec.generate_private_key(ec.SECP256R1()), "sha256", False),
    "P-384": (ec.generate_private_key(ec.SECP384R1()), "sha384", False),
    "RSA": (RSA_KEY, "sha256", False),
    "RSA, SHA-512": (RSA_KEY, "sha512", False),
    "RSA-PSS": (RSA_KEY, "sha256", True),
}
every_key = pytest.mark.parametrize("kind", list(KEYS))


@cache
def identity(kind: str) -> Identity:
    private, digest, is_pss = KEYS[kind]
    name = cx509.Name([cx509.NameAttribute(NameOID.COMMON_NAME, f"Zkouška {kind}")])
    builder = cx509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(private.public_key()).serial_number(2**158 + 7)
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
    usage = cx509.KeyUsage(True, True, *(False,) * 7)
    made = builder.add_extension(usage, critical=True).sign(private, SHA256())
    key = key_on_hand(private, digest=digest, is_pss=is_pss)
    return Identity(key, made.public_bytes(Encoding.DER), ())


class Stamper:
    """Gives the tokens that it is told to."""

    def __init__(self, *tokens: bytes, room: int = 100) -> None:
        self.tokens, self.room, self.asked = list(tokens), room, 0

    def stamp(self, _digest: bytes, _algorithm: str, _at: datetime) -> bytes:
        self.asked += 1
        return self.tokens.pop(0)


def sealed(kind: str, stamper: object = None) -> bytes:
    asked = task(PLAIN, "Seal", is_first=True)
    return append_signature(asked, identity(kind), is_last=True, time_stamper=stamper)


@every_key
def test_pyhanko_accepts_it(kind: str) -> None:
    signature = PdfFileReader(io.BytesIO(sealed(kind))).embedded_signatures[0]
    root = x509.Certificate.load(identity(kind).certificate)
    context = ValidationContext(trust_roots=[root], moment=AT, allow_fetching=False)

    verdict = validate_pdf_signature(signature, context)

    assert verdict.bottom_line
    assert verdict.docmdp_ok


@every_key
def test_the_signed_attributes_are_those_of_pades(kind: str) -> None:
    signature = PdfFileReader(io.BytesIO(sealed(kind))).embedded_signatures[0]

    attributes = {item["type"].native for item in signature.signer_info["signed_attrs"]}

    assert attributes == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
        "cms_algorithm_protection",
    }


@every_key
def test_it_is_der_to_the_last_octet(kind: str) -> None:
    mine = identity(kind)
    container = mine.container(bytes(mine.key.mechanism.digest.function().digest_size))

    parsed = cms.ContentInfo.load(container, strict=True)

    # The library writes every element anew; equal bytes mean that both agree on the encoding.
    parsed["content"]["signer_infos"][0]["signed_attrs"].native  # noqa: B018 - reads it all
    assert parsed.dump(force=True) == container


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@every_key
def test_openssl_accepts_it_as_cades(kind: str, tmp_path: Path) -> None:
    pdf = sealed(kind)
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    start, length, second, rest = signature.byte_range
    (tmp_path / "content").write_bytes(pdf[start : start + length] + pdf[second : second + rest])
    (tmp_path / "cms").write_bytes(signature.pkcs7_content)

    anchor = cx509.load_der_x509_certificate(identity(kind).certificate)
    (tmp_path / "root.pem").write_bytes(anchor.public_bytes(Encoding.PEM))
    command = ["openssl", "cms", "-verify", "-cades", "-inform", "DER", "-binary"]
    command += ["-purpose", "any", "-CAfile", str(tmp_path / "root.pem")]
    command += ["-in", str(tmp_path / "cms"), "-content", str(tmp_path / "content")]
    outcome = subprocess.run([*command, "-out", "/dev/null"], capture_output=True, check=False)

    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not installed")
@pytest.mark.parametrize("kind", ["P-256", "RSA", "RSA, SHA-512"])
def test_pdfsig_accepts_it(kind: str, tmp_path: Path) -> None:
    (tmp_path / "sealed.pdf").write_bytes(sealed(kind))

    outcome = subprocess.run(
        ["pdfsig", str(tmp_path / "sealed.pdf")], capture_output=True, text=True, check=False
    )

    assert outcome.stdout.count("Signature is Valid") == 1, outcome.stdout


def test_a_short_key_and_another_kind_sign_nothing() -> None:
    with pytest.raises(KeyUnsuitable):
        key_on_hand(rsa.generate_private_key(65537, 1024))  # noqa: S505 - it is to be refused
    with pytest.raises(KeyUnsuitable):
        key_on_hand(ed25519.Ed25519PrivateKey.generate())


@pytest.mark.parametrize("kind", ["P-256", "RSA"])
def test_the_place_kept_holds_every_signature(kind: str) -> None:
    mine = identity(kind)

    lengths = {len(mine.container(bytes([n] * 32))) for n in range(64)}

    assert max(lengths) <= mine.length_without_token
    assert mine.length_without_token - min(lengths) <= 16


def test_a_token_longer_than_expected_costs_a_second_signature(tmp_path: Path) -> None:
    token = desk(open_pki(tmp_path / "pki")).stamp(bytes(32), "sha256", AT)
    stamper = Stamper(token, token)

    pdf = sealed("P-256", stamper)

    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    assert stamper.asked == 2
    assert signature.signer_info["unsigned_attrs"][0]["values"][0].dump() == token


def test_tokens_that_keep_growing_are_given_up() -> None:
    growing = Stamper(*(bytes(size) for size in (3_000, 6_000, 9_000)))

    with pytest.raises(SigningUnavailable):
        sealed("P-256", growing)


def test_no_place_is_wasted(tmp_path: Path) -> None:
    stamps = desk(open_pki(tmp_path / "pki"))
    stamps.stamp(bytes(32), "sha256", AT)

    pdf = sealed("P-256", stamps)

    contents = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0].pkcs7_content
    assert 0 < len(contents) - len(contents.rstrip(b"\0")) < 1_000


@given(value=st.integers(0, 2**200))
def test_integers_are_read_back(value: int) -> None:
    assert Integer.load(der.integer(value), strict=True).native == value
    assert Integer(value).dump() == der.integer(value)


@given(
    head=st.tuples(st.integers(0, 2), st.integers(0, 39)),
    arcs=st.lists(st.integers(0, 2**64), max_size=8),
)
def test_identifiers_are_read_back(head: tuple[int, int], arcs: list[int]) -> None:
    dotted = ".".join(map(str, (*head, *arcs)))

    assert ObjectIdentifier.load(der.object_identifier(dotted), strict=True).dotted == dotted
    assert ObjectIdentifier(dotted).dump() == der.object_identifier(dotted)


@given(content=st.binary(max_size=70_000))
def test_lengths_are_read_back(content: bytes) -> None:
    assert OctetString.load(der.octets(content), strict=True).native == content
