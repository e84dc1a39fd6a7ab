"""The way from a person's certificate up to an accepted authority."""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, ValidationError

from services.documents.asynchronous import result_of
from services.documents.domain.ways import AuthorityNotAccepted
from services.documents.signing.ways.people import read


def chain_above(
    certificate: x509.Certificate,
    anchors: Sequence[x509.Certificate],
    now: datetime,
    others: Sequence[x509.Certificate] = (),
) -> list[x509.Certificate]:
    """Return the authorities above a certificate, the anchor last; revocation is not asked here.

    Args:
        anchors: Authorities that are accepted.
        others: Authorities between them.

    Raises:
        AuthorityNotAccepted: no way leads to an anchor.
    """
    context = ValidationContext(
        trust_roots=list(anchors),
        other_certs=list(others),
        moment=now,
        allow_fetching=False,
    )
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        path = result_of(validator.async_validate_path())
    except (PathBuildingError, PathValidationError, ValidationError) as error:
        raise AuthorityNotAccepted(issuer=read(certificate).issuer) from error
    return list(reversed(list(path)[:-1]))
