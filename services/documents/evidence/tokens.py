"""Time-stamp tokens (RFC 3161) judged without asking anybody."""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from services.documents.asynchronous import result_of
from services.documents.evidence.evidence_records import DAMAGED, BadRecord, info_of


class TokenJudge:
    """Believes tokens of authorities below the given anchors."""

    def __init__(self, roots: Sequence[x509.Certificate]) -> None:
        self._roots = list(roots)

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
        info = info_of(token)
        stamped = info["message_imprint"]
        if stamped["hash_algorithm"]["algorithm"].native != algorithm:
            raise BadRecord("A time stamp has another hash algorithm than its tree.")
        if stamped["hashed_message"].native != imprint:
            raise BadRecord("A time stamp is about something else.")
        moment = info["gen_time"].native
        if not isinstance(moment, datetime) or moment > at:
            raise BadRecord("A time stamp is younger than the time at which it must hold.")
        self._check_authority(token, imprint, at)
        return moment

    def _check_authority(self, token: bytes, imprint: bytes, at: datetime) -> None:
        context = ValidationContext(
            trust_roots=self._roots, moment=at, allow_fetching=False, revocation_mode="soft-fail"
        )
        signed = cms.ContentInfo.load(token)["content"]
        try:
            status = result_of(validate_tst_signed_data(signed, context, lambda _: imprint))
        except Exception as error:  # whatever a damaged token does to the library
            raise BadRecord("A time stamp cannot be checked.") from error
        if not (status["intact"] and status["valid"]):
            raise BadRecord("A time stamp was changed.")
        if status["trust_problem_indic"] is not None:
            raise BadRecord("A time stamp is of an authority that is not known, or not any more.")


def good_until(token: bytes) -> datetime:
    """Return when the first of the certificates in a token ends (aware UTC).

    Raises:
        BadRecord: it carries none, or cannot be read.
    """
    try:
        carried = cms.ContentInfo.load(token)["content"]["certificates"]
        ends: list[datetime] = [one.chosen.not_valid_after for one in carried]
    except DAMAGED as error:
        raise BadRecord("A time stamp cannot be read.") from error
    if not ends:
        raise BadRecord("A time stamp carries no certificate.")
    return min(ends)
