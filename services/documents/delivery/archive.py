"""Sealed documents of ISDS years later: are they authentic, and does their time stamp last."""

import base64
from datetime import date

from lxml import etree

from services.documents.delivery.calls import Part, reading
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import Renewed
from services.documents.delivery.soap import BadAnswer, bytes_of, element, text_of


class Archive(Part):
    """Asks about sealed documents."""

    def is_authentic(self, zfo: bytes) -> bool:
        """Tell whether ISDS issued the document."""
        answer = self._caller.call(Operation.AUTHENTICATE_MESSAGE, [_document(zfo)])
        return text_of(answer.body, "dmAuthResult") in ("true", "1")

    def renew_stamp(self, zfo: bytes) -> Renewed:
        """Return the document with one more archive time stamp."""
        answer = self._caller.call(Operation.ARCHIVE_DOCUMENT, [_document(zfo)])
        renewed = reading(lambda: bytes_of(answer.body, "dmResultDoc"))
        return Renewed(renewed, reading(lambda: _day(text_of(answer.body, "nextStampTo"))))


def _document(zfo: bytes) -> etree._Element:
    return element("dmMessage", base64.b64encode(zfo).decode("ascii"))


def _day(text: str) -> date | None:
    """Read an xs:date, which may carry a zone."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadAnswer(f"{text} is no day.") from error
