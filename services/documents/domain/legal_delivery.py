"""On which day a data message counts as delivered, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shared.calendar_cz import add_working_days, prague_day
from shared.deadlines import delivery_by_fiction

LOGIN = "login"
FICTION = "fiction"
OVM = "ovm"
POSTED = "posted"
ADVICE = "advice"
HAND_OVER = "hand_over"

PUT_IN_EVENT = "EV5"
LOGIN_EVENTS = frozenset({"EV1", "EV11", "EV12", "EV13"})
FICTION_EVENTS = frozenset({"EV2", "EV6"})
UNDELIVERABLE_EVENTS = frozenset({"EV3", "EV8"})

# Types of data boxes that belong to public authorities.
OVM_TYPES = frozenset({10, 11, 12, 13, 14, 15, 16})

# States of a data message that somebody entitled has logged in to.
LOGGED_IN = frozenset({6, 7})

# States of a data message that no later event can turn into a delivery.
ANTIVIRUS_FAILED = 3
UNDELIVERABLE = 8


@dataclass(frozen=True)
class BoxEvent:
    """One event of a delivery info."""

    code: str
    """Prefix of the description, such as ``EV11``."""
    at: datetime
    """Instant of the event (aware)."""
    text: str = ""
    """What ISDS says of it, after the code."""


@dataclass(frozen=True)
class LegalDelivery:
    """The day of delivery."""

    day: date
    """Prague calendar day from which periods are counted."""
    basis: str
    """``login``, ``fiction`` or ``ovm``."""


@dataclass(frozen=True)
class DeliveryRules:
    """What the act and the practice of ISDS leave open, or what is not confirmed.

    Source:
        Act No. 300/2008 Coll., s. 17(3) and (4), s. 18a(3). That a message to an authority is
        delivered when it is put in stands in the text of event EV5 only, and that the shift of the
        tenth day holds for paid messages between private persons no court has said.
    """

    authority_when_put_in: bool = True
    """An authority has a message once it is put into its box; otherwise as everybody else."""
    paid_fiction_shifts: bool = True
    """The tenth day gives way to a working day for paid messages too, as the safe side."""


DEFAULT_DELIVERY = DeliveryRules()


def legal_delivery(
    *,
    recipient_type: int | None,
    events: Iterable[BoxEvent],
    today: date,
    message_state: int | None = None,
    accepted_at: datetime | None = None,
    is_paid: bool = False,
    rules: DeliveryRules = DEFAULT_DELIVERY,
) -> LegalDelivery | None:
    """Return the day of delivery of a data message, or ``None`` while it is undelivered.

    Args:
        recipient_type: Number of the recipient's box type (10 is a public authority); ``None``
            when unknown, which never counts as an authority.
        events: Events of the newest delivery info.
        today: Present Prague day. Fiction on a day that has not come is no delivery yet.
        message_state: State of the message by the same delivery info.
        accepted_at: Time of acceptance by it (aware), for events whose code is not known yet.
        is_paid: Whether it is a paid message between private persons.
        rules: What is a setting of the installation.

    Source:
        Act No. 300/2008 Coll., s. 17(3) (login), s. 17(4) and s. 18a(3) (fiction on the tenth
        day). A message to an authority acting as such is delivered when put into the box
        (text of event EV5). A tenth day that is a Saturday, Sunday or holiday moves to the
        next working day (Supreme Administrative Court, 4 Afs 264/2018-85); ISDS does not
        write this shift, so it is computed here.
    """
    seen = sorted(events, key=lambda event: event.at)
    put_in = _first(seen, frozenset({PUT_IN_EVENT}))
    if put_in is None:
        return None
    if recipient_type in OVM_TYPES and rules.authority_when_put_in:
        return LegalDelivery(put_in, OVM)
    fiction = None
    if _first(seen, FICTION_EVENTS):
        tenth = delivery_by_fiction(put_in)
        fiction = tenth.raw_end if is_paid and not rules.paid_fiction_shifts else tenth.due
    login = _first(seen, LOGIN_EVENTS)
    if login is None and fiction is None and message_state in LOGGED_IN and accepted_at:
        login = prague_day(accepted_at)
    if login is not None and (fiction is None or login <= fiction):
        return LegalDelivery(login, LOGIN)
    if fiction is None or fiction > today:
        return None
    return LegalDelivery(fiction, FICTION)


def is_undeliverable(message_state: int, events: Iterable[BoxEvent]) -> bool:
    """Tell whether the message will never be delivered by the data box.

    Source:
        ISDS, states 3 (antivirus) and 8 (box made inaccessible retroactively, s. 11 of Act
        No. 300/2008 Coll.) with events EV8 and EV3.
    """
    if message_state in (ANTIVIRUS_FAILED, UNDELIVERABLE):
        return True
    return any(event.code in UNDELIVERABLE_EVENTS for event in events)


def _first(events: Iterable[BoxEvent], codes: frozenset[str]) -> date | None:
    for event in events:
        if event.code in codes:
            return prague_day(event.at)
    return None


def presumed_arrival(posted_on: date, working_days: int) -> date:
    """Return the day on which an item sent by post is presumed to have arrived.

    Args:
        posted_on: Day of posting.
        working_days: How many days after it; three, unless the office set another number.

    Source:
        Act No. 89/2012 Coll., s. 573: the third working day after dispatch. The presumption
        is rebuttable; an advice of receipt with another day wins.
    """
    return add_working_days(posted_on, working_days)
