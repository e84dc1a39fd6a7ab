"""Does a public key agree with a signature? Every algorithm that a PDF may carry."""

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha3_224": hashes.SHA3_224,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}


class UnknownAlgorithm(Exception):
    """The signature uses something that is not known here."""


def is_signed_by(
    signer: cms.SignerInfo, certificate: x509.Certificate, digest: str, signed: bytes
) -> bool:
    """Tell whether the certificate's key made the signature over these bytes.

    Raises:
        UnknownAlgorithm: see the class.
    """
    try:
        key = load_der_public_key(certificate.public_key.dump())
        _verify(key, signer, digest, signed)
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError, KeyError) as error:
        raise UnknownAlgorithm(str(error)) from error
    return True


def _verify(key: object, signer: cms.SignerInfo, digest: str, signed: bytes) -> None:
    signature = signer["signature"].native
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, _padding(signer), _hash(signer, digest))
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(_hash(signer, digest)))
    elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signature, signed)
    else:
        raise UnknownAlgorithm(type(key).__name__)


def _hash(signer: cms.SignerInfo, digest: str) -> hashes.HashAlgorithm:
    """Return the hash of the signature; ``rsa`` and ``ec`` alone leave it to the digest."""
    algorithm = signer["signature_algorithm"]
    if algorithm["algorithm"].native == "rsassa_pss":
        return HASHES[algorithm["parameters"]["hash_algorithm"]["algorithm"].native]()
    try:
        name = algorithm.hash_algo
    except ValueError:
        name = digest
    if name != digest:
        raise UnknownAlgorithm(f"{name} over {digest}")
    return HASHES[name]()


def _padding(signer: cms.SignerInfo) -> padding.AsymmetricPadding:
    algorithm = signer["signature_algorithm"]
    if algorithm["algorithm"].native != "rsassa_pss":
        return padding.PKCS1v15()
    parameters = algorithm["parameters"]
    mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
    return padding.PSS(padding.MGF1(HASHES[mask]()), parameters["salt_length"].native)
