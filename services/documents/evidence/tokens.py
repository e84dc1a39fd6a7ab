"""Time-stamp tokens (RFC 3161) of evidence records, judged without asking anybody."""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import x509

from services.documents.evidence.evidence_records import BadRecord
from services.documents.signing.paths import Trust
from services.documents.signing.port import AuthorityFailed
from services.documents.signing.tokens import Token, check_use, read_token


class TokenJudge:
    """Believes tokens of authorities below the given anchors."""

    def __init__(self, roots: Sequence[x509.Certificate]) -> None:
        self._trust = Trust(roots)

    def __call__(self, token: bytes, imprint: bytes, algorithm: str, at: datetime) -> datetime:
        """Return the time of a token.

        Args:
            token: CMS ContentInfo, DER.
            imprint: the hash that it must stamp.
            algorithm: the hash algorithm that it must name.
            at: instant at which the authority's certificate must hold.

        Raises:
            BadRecord: the token is damaged, about something else, or of somebody unknown.
        """
        found = _read(token)
        if found.algorithm != algorithm:
            raise BadRecord("A time stamp has another hash algorithm than its tree.")
        if found.imprint != imprint:
            raise BadRecord("A time stamp is about something else.")
        if found.at > at:
            raise BadRecord("A time stamp is younger than the time at which it must hold.")
        try:
            check_use(found)
            self._trust.check_stamper(found.certificate, found.others, at)
        except AuthorityFailed as error:
            unknown = "A time stamp is of an authority that is not known, or not any more."
            raise BadRecord(unknown) from error
        return found.at


def good_until(token: bytes) -> datetime:
    """Return when the first of the certificates in a token ends (aware UTC).

    Raises:
        BadRecord: it is no token that can be believed.
    """
    return _read(token).good_until


def _read(token: bytes) -> Token:
    try:
        return read_token(token)
    except AuthorityFailed as error:
        raise BadRecord("A time stamp cannot be read, or was changed.") from error
