"""The verdict on a file that somebody signed elsewhere and uploaded."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.pdf_utils.generic import DictionaryObject, parse_pdf_date
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.general import CMSExtractionError, SigningError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from services.documents.asynchronous import finished
from services.documents.domain.ways import (
    AuthorityNotAccepted,
    CertificateRevoked,
    MoreThanSigned,
    SignatureDamaged,
    check_claimed_time,
    check_validity,
)
from services.documents.signing.ways.increment import (
    NOT_READABLE,
    Appended,
    HandedOut,
    check_appended,
)
from services.documents.signing.ways.people import (
    CertificateReading,
    Strength,
    check_personal,
    check_strength,
    read,
)
from services.documents.signing.ways.pictures import CannotBeShown, Spot, looks_the_same

SIGNING_USE = KeyUsageConstraints(
    key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
)
ONE_SIGNATURE = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(ignored_keys={"/AcroForm", "/Extensions", "/Version", "/Perms"}),
        *(
            rule().as_qualified(ModificationLevel.LTA_UPDATES)
            for rule in (DocInfoRule, MetadataUpdateRule, XrefStreamRule, ObjectStreamRule)
        ),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[SigFieldModificationRule()],
        # The first signature may certify and says "append only"; our own check bounds the rest.
        ignored_acroform_keys={"/Fields", "/SigFlags", "/DA", "/DR"},
    ),
)
"""pyHanko's own rules without those that let fields and validation data be added."""
NOT_VERIFIABLE = (*NOT_READABLE, SignatureValidationError, CMSExtractionError, SigningError)


@dataclass(frozen=True)
class Measure:
    """By what an upload is judged."""

    anchors: Sequence[x509.Certificate]
    """Authorities that are accepted."""
    now: datetime
    since: datetime
    """When the document was made."""
    strength: Strength
    others: Sequence[x509.Certificate] = ()
    """Authorities between, which a program may have left out."""


@dataclass(frozen=True)
class SignedElsewhere:
    """A signature that holds, and whose it is by its certificate."""

    certificate: x509.Certificate
    reading: CertificateReading
    chain: tuple[x509.Certificate, ...]
    """Authorities above the certificate, the anchor last."""
    claimed_at: datetime
    algorithm: str


def judge_upload(handed: HandedOut, upload: bytes, measure: Measure) -> SignedElsewhere:
    """Return the one signature that the upload adds, after every check but whose it is.

    Raises:
        NotAsHandedOut, NothingSigned, SeveralUpdates, WrongField, MoreThanSigned,
        ShutsOthersOut, SignatureDamaged, AlgorithmTooWeak, ClaimedTimeWrong,
        CertificateNotPersonal, CertificateOutOfTime, AuthorityNotAccepted,
        CertificateRevoked: see ``domain.ways``; nothing has happened.
    """
    appended = check_appended(handed, upload)
    try:
        _check_differences(handed, upload)
        signer, certificate = _signer(appended)
        digest = str(signer["digest_algorithm"]["algorithm"].native)
        reading = read(certificate)
        check_personal(certificate, reading)
        check_strength(certificate, digest, measure.strength)
        claimed = _claimed_at(signer, appended)
        check_claimed_time(claimed, measure.since, measure.now)
        check_validity(reading.valid_from, reading.valid_to, measure.now)
        status = _status(handed, upload, measure)
    except NOT_VERIFIABLE as error:
        raise SignatureDamaged(number=handed.number) from error
    _check_status(handed, status, reading)
    chain = tuple(status.validation_path)[:-1] if status.validation_path else ()
    return SignedElsewhere(
        certificate=certificate,
        reading=reading,
        chain=tuple(reversed(chain)),
        claimed_at=claimed or measure.now,
        algorithm=f"{digest} {status.pkcs7_signature_mechanism}",
    )


def _check_differences(handed: HandedOut, upload: bytes) -> None:
    """Ask pyHanko, then the eye."""
    reader = PdfFileReader(io.BytesIO(upload))
    base = PdfFileReader(io.BytesIO(handed.pdf)).xrefs.total_revisions - 1
    found = ONE_SIGNATURE.review_file(reader, base, doc_mdp=MDPPerm.FILL_FORMS)
    if isinstance(found, SuspiciousModification):
        raise MoreThanSigned(number=handed.number)
    try:
        is_same = looks_the_same(handed.pdf, upload, _spot(handed))
    except CannotBeShown as error:
        raise SignatureDamaged(number=handed.number) from error
    if not is_same:
        raise MoreThanSigned(number=handed.number)


def _spot(handed: HandedOut) -> Spot:
    reader = PdfFileReader(io.BytesIO(handed.pdf))
    for name, _, reference in enumerate_sig_fields(reader):
        if name == handed.field:
            field = reference.get_object()
            pages = int(reader.root["/Pages"]["/Count"])
            found = (n for n in range(pages) if _is_page(reader, n, field))
            return Spot(next(found), *(float(one) for one in field["/Rect"]))
    raise SignatureDamaged(number=handed.number)


def _is_page(reader: PdfFileReader, index: int, field: DictionaryObject) -> bool:
    reference, _ = reader.find_page_for_modification(index)
    return bool(reference.idnum == field.raw_get("/P").idnum)


def _signer(appended: Appended) -> tuple[cms.SignerInfo, x509.Certificate]:
    """Return the one signer and the certificate that the signature names."""
    signed = cms.ContentInfo.load(appended.container)["content"]
    signers = list(signed["signer_infos"])
    if len(signers) != 1 or signed["encap_content_info"]["content"].native is not None:
        raise ValueError("not one detached signature")
    certificates = [one.chosen for one in signed["certificates"] if one.name == "certificate"]
    wanted = signers[0]["sid"].chosen
    for certificate in certificates:
        if signers[0]["sid"].name == "issuer_and_serial_number":
            is_it = (
                certificate.issuer == wanted["issuer"]
                and certificate.serial_number == wanted["serial_number"].native
            )
        else:
            is_it = certificate.key_identifier == wanted.native
        if is_it:
            return signers[0], certificate
    raise ValueError("the signature lacks its certificate")


def _claimed_at(signer: cms.SignerInfo, appended: Appended) -> datetime | None:
    """Return the claimed time: entry M of PAdES, else the signed attribute."""
    if appended.claimed_at:
        claimed: datetime = parse_pdf_date(appended.claimed_at)
        return claimed if claimed.tzinfo else None
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "signing_time":
            stated: datetime = attribute["values"][0].native
            return stated
    return None


def _status(handed: HandedOut, upload: bytes, measure: Measure) -> PdfSignatureStatus:
    reader = PdfFileReader(io.BytesIO(upload))
    context = ValidationContext(
        trust_roots=list(measure.anchors),
        other_certs=list(measure.others),
        moment=measure.now,
        allow_fetching=False,
    )
    found = next(one for one in reader.embedded_signatures if one.field_name == handed.field)
    return finished(async_validate_pdf_signature(found, context, key_usage_settings=SIGNING_USE))


def _check_status(
    handed: HandedOut, status: PdfSignatureStatus, reading: CertificateReading
) -> None:
    is_whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid and is_whole and status.docmdp_ok):
        raise SignatureDamaged(number=handed.number)
    if status.revoked:
        raise CertificateRevoked(subject=reading.name.shown)
    if not status.trusted:
        raise AuthorityNotAccepted(issuer=reading.issuer)
