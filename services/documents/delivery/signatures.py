"""The one signature over what a file of ISDS encloses (CMS): does it hold, and by whom is it?

The library computes it anew for each file. The certificate is chosen here, by comparing the octets
with which the signature names it: names are compared letter by letter there, each time again,
although ISDS and its time stamper write the same few names for years.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from asn1crypto import algos, cms, keys, x509
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator.policy_decl import DisallowWeakAlgorithmsPolicy

KEYS = 64
"""Ways of signing whose verdict is kept."""
POLICY = CMSAlgorithmUsagePolicy.lift_policy(DisallowWeakAlgorithmsPolicy())


class NoSigner(Exception):
    """The file does not carry the certificate that its signature names."""


@dataclass(frozen=True)
class Enclosure:
    """What a signature over enclosed content comes to; nothing is said about trust."""

    holds: bool
    """The signature is over this content, by the key of the certificate."""
    is_weak: bool
    """It uses an algorithm or a key that proves nothing any more."""
    signer: x509.Certificate
    others: tuple[x509.Certificate, ...]
    """What else came along, to find the way to a root."""


def read_enclosure(signed: cms.SignedData, content: bytes, at: datetime) -> Enclosure:
    """Compute the only signature of a structure over its content.

    Args:
        content: What is enclosed, without its frame.
        at: Instant for which the algorithms are judged (aware UTC).

    Raises:
        NoSigner: see the class.
        pyHanko's and asn1crypto's own errors: it is no such structure.

    Source:
        RFC 5652, 5.4 and 5.6: what is signed, and how the certificate is named; RFC 5035: if
        signed attributes name a certificate, it is the same one.
    """
    signer = extract_signer_info(signed)
    carried = [item.chosen for item in signed["certificates"] if item.name == "certificate"]
    certificate = _named(signer["sid"], carried)
    kind = signed["encap_content_info"]["content_type"].native
    digest = hashlib.new(signer["digest_algorithm"]["algorithm"].native, content).digest()
    intact, valid = validate_sig_integrity(signer, certificate, kind, digest)
    others = tuple(one for one in carried if one is not certificate)
    return Enclosure(intact and valid, _is_weak(signer, certificate, at), certificate, others)


def _named(sid: cms.SignerIdentifier, carried: list[x509.Certificate]) -> x509.Certificate:
    """Return the certificate that the signature names, by its issuer and number or by its key."""
    wanted = sid.chosen
    for one in carried:
        if sid.name == "subject_key_identifier":
            is_it = one.key_identifier == wanted.native
        else:
            is_number = one.serial_number == wanted["serial_number"].native
            is_it = is_number and _is_same(one.issuer, wanted["issuer"])
        if is_it:
            return one
    raise NoSigner("The file does not carry the certificate of its signature.")


def _is_same(one: x509.Name, other: x509.Name) -> bool:
    """Compare names: by their octets, and only if these differ by the rules for names."""
    return bool(one.dump() == other.dump() or one == other)


def _is_weak(signer: cms.SignerInfo, certificate: x509.Certificate, at: datetime) -> bool:
    digest, algorithm = signer["digest_algorithm"]["algorithm"], signer["signature_algorithm"]
    return not _may_sign(digest.native, algorithm.dump(), certificate.public_key.dump(), at.date())


@lru_cache(maxsize=KEYS)
def _may_sign(digest: str, algorithm: bytes, key: bytes, day: date) -> bool:
    """Tell whether algorithms and key prove anything on a day; ISDS has few, for years."""
    # Without parameters, whose presence would tell apart what means the same.
    hashing = algos.DigestAlgorithm({"algorithm": digest})
    signing = algos.SignedDigestAlgorithm.load(algorithm)
    at = datetime.combine(day, time.min, UTC)
    judged = (
        POLICY.digest_algorithm_allowed(hashing, at),
        POLICY.signature_algorithm_allowed(signing, at, keys.PublicKeyInfo.load(key)),
        POLICY.digest_combination_allowed(signing, hashing, at),
    )
    return all(one.allowed for one in judged)
