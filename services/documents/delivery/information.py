"""What ISDS says of sent messages: lists, changes, envelopes, sealed proofs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from lxml import etree

from services.documents.delivery.calls import Part, children_of, reading, time_text
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import (
    DeliveryInfo,
    GatewayRefused,
    GatewayUnavailable,
    SentRecord,
    StateChange,
)
from services.documents.delivery.soap import (
    BadAnswer,
    bytes_of,
    element,
    elements_of,
    identifier_of,
    instant_of,
    number_of,
    text_of,
)
from services.documents.domain.legal_delivery import BoxEvent

ALL_STATES = "-1"
PAGE = 1000
OVERLAP = timedelta(minutes=1)
SHORTEST = timedelta(minutes=5)
"""A shorter interval that is still too full is read page by page."""
MOST_PAGES = 200
"""Most questions for one interval, 200 000 messages; a list of nothing but full pages would
never end."""
LONGEST_EVENT = 1000
"""Characters of an event's description that are kept; ISDS itself writes a quarter of it."""
LARGE_MESSAGE = "1281"
"""The answer of an ordinary service to a question about a large message."""


class Information(Part):
    """Asks about what the sender's data box has sent."""

    def now(self) -> datetime | None:
        """Return what the clock of ISDS shows now."""
        return self._caller.now()

    def sent_messages(self, since: datetime, until: datetime) -> list[SentRecord]:
        """Return every sent message of the interval, in whatever state, each once.

        Source:
            ISDS, manual of data messages: intervals that are too full are made narrower, with
            an overlap of a minute; paging by an offset may skip what comes in meanwhile.
        """
        found: dict[str, SentRecord] = {}
        waiting = [(since, until)]
        pages = iter(range(MOST_PAGES))
        while waiting:
            first, last = waiting.pop()
            page = self._sent_page(first, last, 1, pages)
            if len(page) < PAGE:
                records = page
            elif last - first > SHORTEST:
                middle = first + (last - first) / 2
                waiting += [(first, middle + OVERLAP), (middle - OVERLAP, last)]
                continue
            else:
                records = self._page_by_page(first, last, page, pages)
            found.update((record.message_id, record) for record in records)
        return list(found.values())

    def state_changes(self, since: datetime, until: datetime | None = None) -> list[StateChange]:
        """Return the state changes of sent messages in the interval."""
        values = {"dmFromTime": time_text(since), "dmToTime": time_text(until) if until else None}
        answer = self._caller.call(Operation.GET_MESSAGE_STATE_CHANGES, children_of(values))
        changes = elements_of(answer.body, "dmRecord")
        return reading(lambda: [_state_change(item) for item in changes])

    def delivery_info(self, message_id: str) -> DeliveryInfo:
        """Return the events of a sent message."""
        answer = self._caller.call(Operation.GET_DELIVERY_INFO, [element("dmID", message_id)])
        return reading(lambda: delivery_info_of(answer.body))

    def envelope(self, message_id: str) -> SentRecord:
        """Return the envelope of a sent message."""
        asked = [element("dmID", message_id)]
        answer = self._caller.call(Operation.SENT_MESSAGE_ENVELOPE_DOWNLOAD, asked)
        return reading(lambda: _sent_record(answer.body))

    def signed_delivery_info(self, message_id: str) -> bytes:
        """Return the sealed delivery info."""
        return self._sealed(Operation.GET_SIGNED_DELIVERY_INFO, message_id)

    def signed_sent_message(self, message_id: str) -> bytes:
        """Return the sealed message as sent, from the service that holds it."""
        try:
            return self._sealed(Operation.SIGNED_SENT_MESSAGE_DOWNLOAD, message_id)
        except GatewayRefused as refused:
            if refused.code != LARGE_MESSAGE:
                raise
        return self._sealed(Operation.SIGNED_SENT_BIG_MESSAGE_DOWNLOAD, message_id)

    def _sealed(self, operation: Operation, message_id: str) -> bytes:
        answer = self._caller.call(operation, [element("dmID", message_id)])
        return reading(lambda: bytes_of(answer.body, "dmSignature"))

    def _page_by_page(
        self, since: datetime, until: datetime, first: list[SentRecord], pages: Iterator[int]
    ) -> list[SentRecord]:
        records, page = list(first), first
        while len(page) == PAGE:
            page = self._sent_page(since, until, len(records) + 1, pages)
            records += page
        return records

    def _sent_page(
        self, since: datetime, until: datetime, offset: int, pages: Iterator[int]
    ) -> list[SentRecord]:
        if next(pages, None) is None:
            raise GatewayUnavailable("The list of sent messages does not end.")
        values = {
            "dmFromTime": time_text(since),
            "dmToTime": time_text(until),
            "dmSenderOrgUnitNum": None,
            "dmStatusFilter": ALL_STATES,
            "dmOffset": str(offset),
            "dmLimit": str(PAGE),
        }
        answer = self._caller.call(Operation.GET_LIST_OF_SENT_MESSAGES, children_of(values))
        return reading(lambda: [_sent_record(one) for one in elements_of(answer.body, "dmRecord")])


def _sent_record(item: etree._Element) -> SentRecord:
    return SentRecord(
        message_id=identifier_of(item, "dmID"),
        recipient_box=text_of(item, "dbIDRecipient"),
        sender_reference=text_of(item, "dmSenderRefNumber"),
        subject=text_of(item, "dmAnnotation"),
        state=number_of(text_of(item, "dmMessageStatus")),
        put_in_at=instant_of(text_of(item, "dmDeliveryTime")),
    )


def _state_change(item: etree._Element) -> StateChange:
    at = instant_of(text_of(item, "dmEventTime"))
    if at is None:
        raise BadAnswer("A state change has no time.")
    return StateChange(
        message_id=identifier_of(item, "dmID"),
        at=at,
        state=number_of(text_of(item, "dmMessageStatus")),
    )


def delivery_info_of(body: etree._Element) -> DeliveryInfo:
    """Read a delivery info.

    Raises:
        BadAnswer: a time or a number cannot be read.
    """
    return DeliveryInfo(
        message_id=identifier_of(body, "dmID"),
        state=number_of(text_of(body, "dmMessageStatus")),
        recipient_box=text_of(body, "dbIDRecipient"),
        sender_reference=text_of(body, "dmSenderRefNumber"),
        put_in_at=instant_of(text_of(body, "dmDeliveryTime")),
        accepted_at=instant_of(text_of(body, "dmAcceptanceTime")),
        events=tuple(_events(body)),
    )


def _events(body: etree._Element) -> list[BoxEvent]:
    """Read the events; old samples put several pairs of time and text into one element."""
    times = [instant_of((item.text or "").strip()) for item in elements_of(body, "dmEventTime")]
    parts = [(item.text or "").partition(":") for item in elements_of(body, "dmEventDescr")]
    return [
        BoxEvent(code.strip(), at, said.strip()[:LONGEST_EVENT])
        for at, (code, _colon, said) in zip(times, parts, strict=False)
        if at is not None
    ]
