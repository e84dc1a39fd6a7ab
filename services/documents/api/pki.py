"""What the development authorities tell everybody: certificates, lists, answers (OCSP)."""

from base64 import b64decode

from flask import Response

from services.documents.api.blueprint import blp
from services.documents.desk import tools
from services.documents.domain.records import RecordUnknown
from services.documents.signing.development_pki import DevelopmentPki
from shared.auth import PUBLIC, access

MEDIA_TYPES = {"cer": "application/pkix-cert", "crl": "application/pkix-crl"}
ANSWER = "application/ocsp-response"
LONGEST_REQUEST = 4096


def _pki() -> DevelopmentPki:
    """Return the development PKI.

    Raises:
        RecordUnknown: in production there is none.
    """
    found = tools().pki
    if found is None:
        raise RecordUnknown()
    return found


@blp.get("/pki/<authority>.<kind>")
@blp.response(200, content_type="application/pkix-cert")
@access(PUBLIC)
def get_pki_file(authority: str, kind: str) -> Response:
    """Return the certificate of an authority, or its list of revoked certificates."""
    pki = _pki()
    if authority not in pki.authorities or kind not in MEDIA_TYPES:
        raise RecordUnknown()
    if kind == "cer":
        return Response(pki.authorities[authority], mimetype=MEDIA_TYPES[kind])
    return Response(pki.crl(authority, tools().clock.now()), mimetype=MEDIA_TYPES[kind])


@blp.get("/pki/ocsp/<path:encoded>")
@blp.response(200, content_type=ANSWER)
@access(PUBLIC)
def get_ocsp(encoded: str) -> Response:
    """Tell whether a certificate of the development authority holds (RFC 6960, A.1)."""
    try:
        if len(encoded) > LONGEST_REQUEST:
            raise RecordUnknown()
        answer = _pki().ocsp(b64decode(encoded, validate=True), tools().clock.now())
    except ValueError as error:
        raise RecordUnknown() from error
    return Response(answer, mimetype=ANSWER)
