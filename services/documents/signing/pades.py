"""One PAdES signature, appended to a PDF into a field that was reserved for it."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import tsp, x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigSeedSubFilter,
    enumerate_sig_fields,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.timestamps import TimeStamper as StockTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.documents.asynchronous import result_of
from services.documents.rendering.incremental import ExactWriter
from services.documents.signing.port import BadFile, SignatureTask, TimeStamper

DIGEST = "sha256"
# Hexadecimal characters: chain of three certificates, signature, and a time-stamp token.
RESERVED = 20_000
RESERVED_WITH_TIME_STAMP = 28_000
LONGEST_SIGNATURE = 72  # DER of a P-256 signature


class KeySigner(Signer):
    """A signer over a key object that was parsed once.

    The stock signer parses the key for every signature and signs once more for a size estimate.
    """

    def __init__(
        self,
        key: EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate],
    ) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(chain)
        super().__init__(
            signing_cert=certificate,
            cert_registry=store,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            embed_roots=True,
        )
        self._key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Sign the encoded attributes."""
        if dry_run:
            return bytes(LONGEST_SIGNATURE)
        return self._key.sign(data, ECDSA(SHA256()))


class PortTimeStamper(StockTimeStamper):
    """Lets pyHanko ask whatever stands behind our port."""

    def __init__(self, port: TimeStamper, at: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko
        self._port, self._at = port, at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Hand the request over as bytes."""
        return tsp.TimeStampResp.load(self._port.time_stamp(req.dump(), self._at))


def append_signature(
    task: SignatureTask,
    signer: Signer,
    *,
    is_last: bool,
    time_stamper: TimeStamper | None = None,
) -> bytes:
    """Return the file with one signature appended; its first bytes are the file as it was.

    Args:
        is_last: Nothing but validation data may follow (the organisation's seal).
        time_stamper: Adds a signature time stamp (level B-T).

    Raises:
        BadFile: the file is damaged, or the field is missing or filled.
        SigningUnavailable: the time stamp cannot be had.
    """
    try:
        writer = ExactWriter(task.pdf)
        embedder = PdfCMSEmbedder().write_cms(task.field, writer, existing_fields_only=True)
        field = next(embedder).get_object()
    except (PdfError, SigningError, KeyError) as error:
        raise BadFile(str(error)) from error
    _show_stamp(writer, field, task.stamp)
    reserved = RESERVED_WITH_TIME_STAMP if time_stamper else RESERVED
    placeholder = SignatureObject(
        timestamp=task.at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=reserved
    )
    permissions = _permissions(task, _still_empty(writer, task.field), is_last=is_last)
    embedder.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=permissions))
    prepared, output = embedder.send(SigIOSetup(md_algorithm=DIGEST))
    stamper = PortTimeStamper(time_stamper, task.at) if time_stamper else None
    embedder.send(_container(signer, prepared.document_digest, task.at, stamper))
    return bytes(output.getvalue())


def _still_empty(writer: ExactWriter, own: str) -> list[str]:
    empty = enumerate_sig_fields(writer, filled_status=False)
    return [name for name, _, _ in empty if name != own]


def _permissions(task: SignatureTask, others: list[str], *, is_last: bool) -> SigMDPSetup:
    """Tell validators what may still change: the other reserved fields, or nothing.

    The first signature certifies the file and each one locks every field except those that
    still wait. Without this an overlay added later would leave the signatures formally valid.
    """
    lock = FieldMDPSpec(FieldMDPAction.EXCLUDE, fields=others)
    if is_last or not others:
        lock = FieldMDPSpec(FieldMDPAction.ALL)
    permission = MDPPerm.NO_CHANGES if is_last else MDPPerm.FILL_FORMS
    return SigMDPSetup(
        md_algorithm=DIGEST,
        certify=task.is_first,
        field_lock=lock,
        docmdp_perms=permission if task.is_first or is_last else None,
    )


def _show_stamp(writer: ExactWriter, field: generic.DictionaryObject, stamp: bytes) -> None:
    picture = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(stamp)))
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): picture})
    writer.update_container(field)


def _container(
    signer: Signer, digest: bytes, at: datetime, stamper: StockTimeStamper | None
) -> Any:
    return result_of(
        signer.async_sign(
            digest,
            DIGEST,
            use_pades=True,
            timestamper=stamper,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=at),
        )
    )
