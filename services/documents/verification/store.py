"""The document security store: certificates and proofs of non-revocation kept in the file.

Source: ISO 32000-2, 12.8.4.3; ETSI EN 319 142-1, 5.4.2.
"""

from collections.abc import Iterable, Iterator

from asn1crypto import crl, pdf, x509

from services.documents.verification.cms import BROKEN, Cms
from services.documents.verification.objects import Found, Ref
from services.documents.verification.packed import inflated
from services.documents.verification.raw import RawFile
from services.documents.verification.trust import Evidence

MOST_BYTES = 16_000_000
MOST_ITEMS = 500
KEYS = ("Certs", "CRLs", "OCSPs")


def is_store(item: Found) -> bool:
    """Tell whether an object is a store of evidence."""
    value = item.value
    return isinstance(value, dict) and any(isinstance(value.get(key), list) for key in KEYS)


def read_store(raw: RawFile, signatures: Iterable[Cms]) -> Evidence:
    """Return all evidence of the file: of its store and of the signatures themselves."""
    streams = {item.number: item for item in raw.objects if item.stream is not None}
    found: dict[str, dict[bytes, None]] = {key: {} for key in KEYS}
    for store in filter(is_store, raw.objects):
        for key in KEYS:
            for content in _contents(raw.data, store.value.get(key), streams):
                found[key][content] = None
    certificates = [item for item in map(_certificate, found["Certs"]) if item is not None]
    crls, ocsps = dict(found["CRLs"]), dict(found["OCSPs"])
    for cms in signatures:
        certificates += cms.certificates
        _add_own(cms, crls, ocsps)
    return Evidence(tuple(certificates), tuple(crls), tuple(ocsps))


def _contents(data: bytes, references: object, streams: dict[int, Found]) -> Iterator[bytes]:
    if not isinstance(references, list):
        return
    left = MOST_BYTES
    for reference in references[:MOST_ITEMS]:
        item = streams.get(reference.number) if isinstance(reference, Ref) else None
        if item is None or item.stream is None:
            continue
        content = inflated(data[slice(*item.stream)], item.value.get("Filter"), left)
        if content:
            left -= len(content)
            yield content
        if left <= 0:
            return


def _certificate(encoded: bytes) -> x509.Certificate | None:
    try:
        found = x509.Certificate.load(encoded)
        found.subject.hashable  # noqa: B018 - reading it shows whether it is a certificate
    except BROKEN:
        return None
    return found


def _add_own(cms: Cms, crls: dict[bytes, None], ocsps: dict[bytes, None]) -> None:
    """Add what a signature carries itself (Adobe's attribute, and CMS)."""
    if cms.info is None:
        return
    try:
        for item in cms.info["crls"] or ():
            if isinstance(item.chosen, crl.CertificateList):
                crls[item.chosen.dump()] = None
        for attribute in cms.info["signer_infos"][0]["signed_attrs"] or ():
            if attribute["type"].native == "adobe_revocation_info_archival":
                _add_archival(attribute["values"][0], crls, ocsps)
    except BROKEN:
        return  # Evidence that cannot be read proves nothing; its absence is said elsewhere.


def _add_archival(
    value: pdf.RevocationInfoArchival, crls: dict[bytes, None], ocsps: dict[bytes, None]
) -> None:
    for item in value["crl"] or ():
        crls[item.dump()] = None
    for item in value["ocsp"] or ():
        ocsps[item.dump()] = None
