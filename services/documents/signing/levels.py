"""Higher levels of proof: validation data (B-LT), then a document time stamp (B-LTA).

Two separate revisions, because a verifier believes the validation data by the time stamp over
them: made in one step, the stamp has nothing that proves its own certificate.

Source:
    ETSI EN 319 142-1, 5.4 (document security store) and 5.5 (document time stamps).
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from services.documents.rendering.incremental import ExactWriter
from services.documents.signing.hand import SPARE
from services.documents.signing.ocsp_answers import OcspAnswer
from services.documents.signing.pades import ATTEMPTS
from services.documents.signing.port import BadFile, SigningUnavailable, TimeStamper
from services.documents.signing.revocation_lists import RevocationList, RevocationLists, Told

# Printed, outside the page: an invisible field must not be hidden in PDF/A.
UNSEEN = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)


class SignerRevoked(Exception):
    """A certificate did not hold any more when its signature was stamped."""


@dataclass(frozen=True)
class Signed:
    """What one signature or time stamp of a file rests on."""

    certificates: tuple[x509.Certificate, ...]
    """Its own certificate first, then the others that it carries."""
    at: datetime
    """The proven time (a time stamp), or the claimed one."""


@dataclass(frozen=True)
class Evidence:
    """Certificates and lists that prove that signatures were valid."""

    certificates: tuple[x509.Certificate, ...]
    told: tuple[Told, ...]


def read_signed(pdf: bytes) -> tuple[list[Signed], list[Signed]]:
    """Return what the signatures (with their stamps) and the document time stamps rest on.

    Raises:
        BadFile: the file cannot be read.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        regular = [one for item in reader.embedded_regular_signatures for one in _rests_on(item)]
        stamps = [
            Signed(_certificates(item), _stated(item.signed_data))
            for item in reader.embedded_timestamp_signatures
        ]
    except (PdfError, SigningError, KeyError, ValueError) as error:
        raise BadFile(str(error)) from error
    return regular, stamps


def _rests_on(item: EmbeddedPdfSignature) -> Iterator[Signed]:
    stamps = [_token_of(value) for value in _tokens(item)]
    claimed = item.self_reported_timestamp
    proven = min((stamp.at for stamp in stamps), default=claimed)
    if proven is None:
        raise BadFile("A signature states no time.")
    yield Signed(_certificates(item), proven)
    yield from stamps


def _tokens(item: EmbeddedPdfSignature) -> Iterator[object]:
    attributes = item.signer_info["unsigned_attrs"]
    # Asking for the value in plain Python would encode a whole token anew, lists and all.
    for attribute in () if isinstance(attributes, core.Void) else attributes:
        if attribute["type"].native == "signature_time_stamp_token":
            yield from attribute["values"]


def _token_of(token: object) -> Signed:
    signed = token["content"]  # type: ignore[index]  # asn1crypto is untyped
    carried = [one.chosen for one in signed["certificates"]]
    serial = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
    carried.sort(key=lambda one: bool(one.serial_number != serial))
    return Signed(tuple(carried), _stated(signed))


def _stated(signed: object) -> datetime:
    info = signed["encap_content_info"]["content"].parsed  # type: ignore[index]
    moment: datetime = info["gen_time"].native
    return moment


def _certificates(item: EmbeddedPdfSignature) -> tuple[x509.Certificate, ...]:
    return (item.signer_cert, *item.other_embedded_certs)


def gather(
    signed: Iterable[Signed],
    known: Iterable[x509.Certificate],
    lists: RevocationLists,
    at: datetime,
) -> Evidence:
    """Return what proves that each certificate held when it was used.

    Args:
        known: Certificates of authorities, should a signature not carry them.
        at: The process clock.

    Raises:
        SignerRevoked: one of them did not.
        RevocationUnknown, TooEarly: it cannot be told now.
    """
    certificates: dict[bytes, x509.Certificate] = {}
    found: dict[bytes, Told] = {}
    for one in signed:
        pool = [*one.certificates, *known]
        for certificate in _way_up(one.certificates[0], pool):
            certificates[certificate.sha256] = certificate
            issuer = _issuer_of(certificate, pool)
            if issuer is None or issuer is certificate:
                continue
            told = lists.about(certificate, issuer, after=one.at, at=at)
            found[told.content] = told
            since = told.revoked_since(certificate.serial_number)
            if since is not None and since <= one.at:
                raise SignerRevoked(f"{certificate.subject.human_friendly}: {since.isoformat()}")
    return Evidence(tuple(certificates.values()), tuple(found.values()))


def _way_up(
    certificate: x509.Certificate, pool: list[x509.Certificate]
) -> Iterator[x509.Certificate]:
    """Yield a certificate and those above it; a chain is never longer than the pool."""
    current: x509.Certificate | None = certificate
    for _ in range(len(pool) + 1):
        if current is None:
            return
        yield current
        above = _issuer_of(current, pool)
        current = above if above is not current else None


def _issuer_of(
    certificate: x509.Certificate, pool: list[x509.Certificate]
) -> x509.Certificate | None:
    """Return who issued a certificate: itself for a root, ``None`` when it is not at hand."""
    if certificate.issuer == certificate.subject:
        return certificate
    wanted = certificate.authority_key_identifier
    for other in pool:
        if other.subject != certificate.issuer:
            continue
        if wanted is None or other.key_identifier is None:
            return other
        if other.key_identifier == wanted:
            return other
    return None


def ends_at(newest: Signed, known: Iterable[x509.Certificate]) -> datetime:
    """Return when the first certificate on the way from a time stamp to its root ends."""
    pool = [*newest.certificates, *known]
    ends = [item.not_valid_after for item in _way_up(newest.certificates[0], pool)]
    first: datetime = min(ends)
    return first


def add_evidence(pdf: bytes, evidence: Evidence) -> bytes:
    """Return the file with validation data appended.

    Raises:
        BadFile: the file cannot be read.
    """
    try:
        writer = ExactWriter(pdf)
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=evidence.certificates,
            ocsps=[item.asn1 for item in evidence.told if isinstance(item, OcspAnswer)],
            crls=[item.asn1 for item in evidence.told if isinstance(item, RevocationList)],
        )
        return writer.result()
    except (PdfError, KeyError) as error:
        raise BadFile(str(error)) from error


def add_stamp(pdf: bytes, stamper: TimeStamper, digest: str, at: datetime) -> bytes:
    """Return the file with a time stamp over all of it appended.

    Raises:
        BadFile: the file cannot be read.
        SigningUnavailable: no time stamp can be had.
    """
    room = stamper.room + SPARE
    for _ in range(ATTEMPTS):
        stamped = _stamped(pdf, stamper, (digest, room), at)
        if isinstance(stamped, bytes):
            return stamped
        room = stamped + SPARE
    raise SigningUnavailable("The time stamps grow faster than the place kept for them.")


def _stamped(pdf: bytes, stamper: TimeStamper, asked: tuple[str, int], at: datetime) -> bytes | int:
    """Return the stamped file, or the octets that the token would have needed."""
    digest, room = asked
    try:
        writer = ExactWriter(pdf)
        count = len(PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures)
        name = f"DocTimeStamp{count + 1}"
        spec = SigFieldSpec(
            name, invis_sig_settings=UNSEEN, readable_field_name="Archivní časové razítko"
        )
        embedder = PdfCMSEmbedder(new_field_spec=spec).write_cms(name, writer)
        next(embedder)
        embedder.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=2 * room)))
        prepared, output = embedder.send(SigIOSetup(md_algorithm=digest))
    except (PdfError, SigningError, KeyError) as error:
        raise BadFile(str(error)) from error
    token = stamper.stamp(prepared.document_digest, digest, at)
    if len(token) > room:
        return len(token)
    embedder.send(token)
    return bytes(output.getvalue())
