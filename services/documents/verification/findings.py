"""Every finding: what it does to the verdict, and the sentence that people read."""

from dataclasses import dataclass, replace

from services.documents.verification.report import (
    Finding,
    Integrity,
    Profile,
    SubIndication,
    Verdict,
    Weight,
)
from services.documents.verification.sentences import SENTENCES

NOTE, DOUBT, FAULT = Weight.NOTE, Weight.DOUBT, Weight.FAULT
Sub = SubIndication


@dataclass(frozen=True)
class Kind:
    """What a code means for the verdict."""

    weight: Weight
    sub: SubIndication
    own: Weight | None = None
    """The weight in documents of our own, where it differs."""
    harms: bool = True
    """Whether it puts in doubt that what is seen is what was signed."""


FORM = Kind(FAULT, Sub.FORMAT_FAILURE)
ODD = Kind(DOUBT, Sub.SIG_CONSTRAINTS_FAILURE, FAULT, harms=False)
CHANGE = Kind(DOUBT, Sub.SIG_CONSTRAINTS_FAILURE, FAULT)


def _trust(sub: SubIndication) -> Kind:
    """Return the kind of a doubt about the signer, not about the content."""
    return Kind(DOUBT, sub, FAULT, harms=False)


OF_FAILED = (Sub.FORMAT_FAILURE, Sub.HASH_FAILURE, Sub.SIG_CRYPTO_FAILURE)
"""What the standard names under TOTAL-FAILED; everything else it leaves INDETERMINATE."""

KINDS: dict[str, Kind] = {
    # The file
    "file-empty": FORM,
    "not-a-pdf": FORM,
    "too-large": Kind(DOUBT, Sub.GENERIC),
    "too-complex": Kind(DOUBT, Sub.GENERIC),
    "encrypted": Kind(DOUBT, Sub.SIGNED_DATA_NOT_FOUND, FAULT),
    "not-signed": Kind(DOUBT, Sub.SIGNED_DATA_NOT_FOUND, FAULT),
    "header-not-first": CHANGE,
    "trailing-bytes": CHANGE,
    "hybrid-references": ODD,
    "structure-odd": ODD,
    "parsers-disagree": CHANGE,
    "object-twice": CHANGE,
    "shadow-preparation": CHANGE,
    "active-content": Kind(DOUBT, Sub.SIG_CONSTRAINTS_FAILURE, FAULT, harms=False),
    "active-content-unsigned": Kind(FAULT, Sub.FORMAT_FAILURE),
    # The form of a signature
    "contents-missing": FORM,
    "sub-filter-missing": FORM,
    "sub-filter-unknown": CHANGE,
    "repeated-keys": CHANGE,
    "range-missing": FORM,
    "range-not-one-gap": FORM,
    "range-not-from-start": FORM,
    "range-impossible": FORM,
    "range-beyond-file": FORM,
    "range-ends-elsewhere": FORM,
    "gap-not-contents": FORM,
    "same-bytes-twice": FORM,
    "field-without-signature": FORM,
    "usage-rights": Kind(NOTE, Sub.GENERIC, FAULT, harms=False),
    "padding-not-empty": ODD,
    "cms-unreadable": FORM,
    "several-signers": FORM,
    "content-embedded": FORM,
    "time-stamp-empty": FORM,
    "attribute-repeated": FORM,
    "attribute-missing": FORM,
    "message-digest-missing": FORM,
    "attributes-missing": ODD,
    # Computation
    "digest-mismatch": Kind(FAULT, Sub.HASH_FAILURE),
    "signature-wrong": Kind(FAULT, Sub.SIG_CRYPTO_FAILURE),
    "algorithm-unknown": Kind(DOUBT, Sub.CRYPTO_CONSTRAINTS_FAILURE, FAULT),
    "algorithm-misnamed": Kind(NOTE, Sub.GENERIC, FAULT, harms=False),
    "weak-algorithm": _trust(Sub.CRYPTO_CONSTRAINTS_FAILURE_NO_POE),
    # Certificates and time
    "certificate-missing": Kind(DOUBT, Sub.NO_SIGNING_CERTIFICATE_FOUND, FAULT),
    "certificate-not-named": Kind(NOTE, Sub.GENERIC, harms=False),
    "other-certificate-named": Kind(DOUBT, Sub.NO_SIGNING_CERTIFICATE_FOUND, FAULT),
    "chain-unknown": _trust(Sub.NO_CERTIFICATE_CHAIN_FOUND),
    "chain-broken": _trust(Sub.CERTIFICATE_CHAIN_GENERAL_FAILURE),
    "usage-not-allowed": _trust(Sub.CHAIN_CONSTRAINTS_FAILURE),
    "development-certificate": _trust(Sub.CHAIN_CONSTRAINTS_FAILURE),
    "expired": _trust(Sub.OUT_OF_BOUNDS_NO_POE),
    "not-yet-valid": _trust(Sub.NOT_YET_VALID),
    "revoked": _trust(Sub.REVOKED_NO_POE),
    "revocation-unknown": Kind(DOUBT, Sub.TRY_LATER, NOTE, harms=False),
    "revocation-missing": _trust(Sub.TRY_LATER),
    "time-stamp-broken": Kind(DOUBT, Sub.TIMESTAMP_ORDER_FAILURE, FAULT),
    "time-stamp-not-believed": _trust(Sub.NO_CERTIFICATE_CHAIN_FOUND),
    "time-stamp-order": Kind(DOUBT, Sub.TIMESTAMP_ORDER_FAILURE, FAULT),
    # Changes after signing
    "changes-not-allowed": CHANGE,
    "changes-disputed": ODD,
    "changes-unclear": CHANGE,
    "changes-against-lock": Kind(FAULT, Sub.FORMAT_FAILURE),
    "filled-after": Kind(NOTE, Sub.GENERIC, harms=False),
    "page-count-differs": Kind(FAULT, Sub.FORMAT_FAILURE),
    "page-content-differs": Kind(FAULT, Sub.FORMAT_FAILURE),
    "page-looks-different": CHANGE,
    "page-text-differs": CHANGE,
    "signature-over-content": CHANGE,
    "not-compared": Kind(DOUBT, Sub.GENERIC, NOTE),
    "not-compared-in-time": Kind(DOUBT, Sub.TRY_LATER, NOTE),
    "not-drawn": ODD,
    # Limits
    "out-of-time": Kind(DOUBT, Sub.TRY_LATER),
    "out-of-memory": Kind(DOUBT, Sub.GENERIC),
    "crashed": Kind(DOUBT, Sub.GENERIC),
    "unexpected": Kind(DOUBT, Sub.GENERIC),
    # Our own documents
    "not-issued": Kind(FAULT, Sub.HASH_FAILURE, harms=False),
    "sealed-not-issued": Kind(FAULT, Sub.HASH_FAILURE, harms=False),
    "record-without-file": Kind(FAULT, Sub.HASH_FAILURE, harms=False),
    "other-document": Kind(FAULT, Sub.HASH_FAILURE, harms=False),
    "another-of-ours": Kind(FAULT, Sub.HASH_FAILURE, harms=False),
    "translation": Kind(NOTE, Sub.GENERIC, harms=False),
    "corrected": Kind(NOTE, Sub.GENERIC, harms=False),
    "bytes-appended": Kind(FAULT, Sub.HASH_FAILURE),
    "earlier-revision": Kind(FAULT, Sub.SIG_CONSTRAINTS_FAILURE),
    "extended-meanwhile": Kind(NOTE, Sub.GENERIC, harms=False),
    "cancelled": Kind(FAULT, Sub.SIG_CONSTRAINTS_FAILURE, harms=False),
    "signer-missing": Kind(FAULT, Sub.SIG_CONSTRAINTS_FAILURE),
    "signer-not-expected": Kind(FAULT, Sub.SIG_CONSTRAINTS_FAILURE),
    "seal-missing": Kind(FAULT, Sub.SIG_CONSTRAINTS_FAILURE),
    "not-certified": Kind(FAULT, Sub.SIG_CONSTRAINTS_FAILURE),
    "changed-after-last": Kind(FAULT, Sub.FORMAT_FAILURE),
    "field-not-ours": Kind(FAULT, Sub.FORMAT_FAILURE),
    "layers": Kind(FAULT, Sub.FORMAT_FAILURE),
    "mixed-references": Kind(NOTE, Sub.GENERIC, harms=False),
}


def finding(code: str, place: str = "", **details: object) -> Finding:
    """Return a finding as the profile for foreign documents weighs it."""
    kind = KINDS[code]
    given = tuple((name, str(value)) for name, value in details.items())
    return Finding(code, kind.weight, kind.sub, SENTENCES[code], given, place)


def for_profile(found: Finding, profile: Profile) -> Finding:
    """Return the finding with the weight that it has in a profile."""
    own = KINDS[found.code].own
    if profile is Profile.IN or own is None:
        return found
    return replace(found, weight=own)


def conclude(found: list[Finding]) -> tuple[Verdict, SubIndication | None]:
    """Return the verdict over findings: the weightiest decides, the first one names the reason.

    Of faults one that the standard knows under TOTAL-FAILED names it. Only our own documents fail
    without any: their rules are stricter than the standard.
    """
    if not found or max(item.weight for item in found) == NOTE:
        return Verdict.PASSED, None
    worst = max(found, key=lambda item: (item.weight, _rank(item)))
    verdict = Verdict.FAILED if worst.weight == FAULT else Verdict.INDETERMINATE
    return verdict, worst.sub_indication


def _rank(item: Finding) -> tuple[bool, bool]:
    """Doubt about the content is said before doubt about the signer."""
    return item.weight == FAULT and item.sub_indication in OF_FAILED, KINDS[item.code].harms


def integrity_of(found: list[Finding]) -> Integrity:
    """Tell whether what is seen is what was signed, whoever signed it."""
    codes = {item.code for item in found}
    if codes & {"not-signed", "file-empty", "not-a-pdf"}:
        return Integrity.UNSIGNED
    weights = [item.weight for item in found if KINDS[item.code].harms and item.weight > NOTE]
    if not weights:
        return Integrity.INTACT
    return Integrity.BROKEN if max(weights) == FAULT else Integrity.DOUBTFUL
