"""Agreements that another party signs too: which file may be kept as its counter-signed copy. Pure.

The product seals an agreement so that nothing may be added to it. The other party therefore signs
its own copy, on paper or in a file of its own, and sends it back.
"""

from datetime import date

from services.documents.domain.documents import ISSUED
from services.documents.domain.paper import ProofBeforeIssue, ProofFromFuture
from shared.errors import DomainError


class NotAnAgreement(DomainError):
    """No other party signs a document of this kind. Params: ``number``."""


class AgreementNotIssued(DomainError):
    """What the other party would have signed is not issued. Params: ``number``."""


class CountersignerMissing(DomainError):
    """Nobody is named who signed for the other party."""


class NotCountersigned(DomainError):
    """The file is one that we made ourselves, byte for byte. Params: ``number``, of whose."""


class CopyKeptAlready(DomainError):
    """The same file is kept with this document already. Params: ``number``."""


class CopyNotJudged(DomainError):
    """The verifier did not finish with the file; another attempt may."""


def check_copy(
    *, number: str, is_agreement: bool, state: str, issued_on: date | None, signed_by: str
) -> str:
    """Check that a counter-signed copy may be kept, and return the cleaned name of who signed.

    Args:
        number: Of the document, for whoever is told.
        is_agreement: Whether another party signs documents of its kind.
        state: Of the document.
        issued_on: Prague day of its issue, ``None`` before.
        signed_by: Who signed for the other party.

    Raises:
        NotAnAgreement, AgreementNotIssued, CountersignerMissing: it may not.

    Source:
        Act No. 89/2012 Coll., s. 561(1): a written legal act needs the signature of who acts;
        R86-R94: agreements with other parties.
    """
    if not is_agreement:
        raise NotAnAgreement(number=number)
    if state != ISSUED or issued_on is None:
        raise AgreementNotIssued(number=number)
    cleaned = " ".join(signed_by.split())
    if not cleaned:
        raise CountersignerMissing()
    return cleaned


def check_received(received_on: date, issued_on: date, today: date) -> None:
    """Refuse a day on which no counter-signed copy can have come.

    Raises:
        ProofFromFuture, ProofBeforeIssue.

    Source:
        Act No. 89/2012 Coll., s. 570(1): effective once it has reached the other party.
    """
    if received_on > today:
        raise ProofFromFuture(day=received_on, today=today)
    if received_on < issued_on:
        raise ProofBeforeIssue(day=received_on, issued_on=issued_on)
