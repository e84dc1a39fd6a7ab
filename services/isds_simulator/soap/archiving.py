"""ArchiveISDSDocument and the older way of sealing anew."""

from datetime import datetime

from services.isds_simulator.domain.fiction import PRAGUE
from services.isds_simulator.domain.refusals import (
    ALREADY_STAMPED,
    ARCHIVE_BAD_DOCUMENT,
    ARCHIVE_NOT_AUTHENTIC,
    BAD_DOCUMENT,
    NO_DOCUMENT,
    SEAL_EXPIRED,
    STAMP_STILL_VALID,
    Refused,
)
from services.isds_simulator.seal.archiving import add_archive_stamp, newest_stamp, sealed_at
from services.isds_simulator.seal.zfo import NotADocument, signed_data
from services.isds_simulator.service.xml_writing import element
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.proofs import is_issued_here


def archive_document(call: Call) -> Answer:
    """Add an archive time stamp to a sealed message, in the last months of its present one."""
    document = call.fields.binary("dmMessage")
    if document is None:
        raise Refused(ARCHIVE_BAD_DOCUMENT)
    settings = call.office.settings
    with call.office.load.archiving(
        call.box_id, most=settings.archive_parallel, most_of_box=settings.archive_parallel_per_box
    ):
        try:
            return _archived(call, document)
        except NotADocument:
            raise Refused(ARCHIVE_BAD_DOCUMENT) from None


def _archived(call: Call, document: bytes) -> Answer:
    settings = call.office.settings
    if not is_issued_here(call, document):
        raise Refused(ARCHIVE_NOT_AUTHENTIC)
    signed = signed_data(document)
    # A delivery info carries no stamp; whether the real system takes it is not confirmed.
    stamped_at = newest_stamp(signed) or sealed_at(signed)
    ends_at = stamped_at + settings.stamp_validity
    if call.now >= ends_at:
        raise Refused(SEAL_EXPIRED)
    if call.now < ends_at - settings.archive_lead:
        raise Refused(STAMP_STILL_VALID)
    archived = add_archive_stamp(document, call.office.authority.stamper, at=call.now)
    next_at = call.now + settings.stamp_validity - settings.archive_lead
    elements = call.parts.element("q:dmResultDoc", archived)
    return Answer(elements + _day_element("q:nextStampTo", next_at))


def _day_element(name: str, instant: datetime) -> str:
    return element(name, instant.astimezone(PRAGUE).date().isoformat())


def sign_anew(call: Call) -> Answer:
    """Refuse to seal anew: only documents from before 2011 have no stamp, and none is here."""
    document = call.fields.binary("dmDoc")
    if document is None:
        raise Refused(NO_DOCUMENT)
    try:
        signed_data(document)
    except NotADocument:
        raise Refused(BAD_DOCUMENT) from None
    raise Refused(ALREADY_STAMPED)


OPERATIONS = (
    Operation(
        "ArchiveISDSDocument",
        frozenset({"arch"}),
        Right.NONE,
        archive_document,
        nil_when_refused=("dmResultDoc", "nextStampTo"),
    ),
    Operation(
        "Re-signISDSDocument",
        frozenset({"dz"}),
        Right.NONE,
        sign_anew,
        nil_when_refused=("dmResultDoc",),
    ),
)
