"""Which messages are free and public, which are paid (PDZ), and who may send them."""

from dataclasses import dataclass

from services.isds_simulator.domain.box_types import (
    BoxState,
    SendOption,
    is_public_authority,
    must_accept_paid,
)
from services.isds_simulator.domain.refusals import PDZ_NOT_ACCEPTED, PDZ_NOT_ALLOWED, Refused

PUBLIC = "V"
SUBSIDISED = "G"
CONTRACT = "K"
CREDIT = "E"
INITIATING = "I"
INITIATING_SUBSIDISED = "A"
REPLY = "O"
ANSWERED = {INITIATING: "Y", INITIATING_SUBSIDISED: "B"}
"""What becomes of an initiating message when its answer has come."""


@dataclass(frozen=True)
class Party:
    """What the postage rules need to know about a box."""

    box_type: str
    state: int
    accepts_paid: bool
    """Whether the holder has opened the box to paid messages; only people may choose."""
    has_contract: bool
    """Whether somebody pays for the box's paid messages by a contract."""
    credit: int
    """Prepaid credit in haléře."""


@dataclass(frozen=True)
class Prices:
    """What paid messages cost, in haléře; the real amounts are not confirmed."""

    message: int
    initiating: int
    """A message together with its answer."""


@dataclass(frozen=True)
class Payers:
    """Who else than the sender may pay for a message."""

    answer_is_prepaid: bool = False
    """Whether the recipient has paid for this answer in advance."""
    is_subsidised: bool = False
    """Whether somebody subsidises messages from this sender to this recipient."""


@dataclass(frozen=True)
class Postage:
    """How a message travels."""

    kind: str
    """``dmType`` of the message."""
    price: int
    """What is taken from the sender's credit, in haléře."""


def postage(
    sender: Party, recipient: Party, *, requested: str | None, prices: Prices, payers: Payers
) -> Postage:
    """Decide the kind of a message and its price.

    Args:
        sender: The sending box.
        recipient: The receiving box.
        requested: ``dmType`` of the input, ``None`` to let the system choose.
        prices: What paid messages cost.
        payers: Who else may pay.

    Returns:
        Kind and price; a public message is free.

    Raises:
        Refused: 1232, the recipient accepts no paid messages; 1233, the sender may
            not send any of the requested kind.

    Source:
        Act No. 300/2008 Coll., s. 18a; ISDS Operating Rules, manual of data messages,
        section 2.1: reply, subsidised, contract, credit in this order.
    """
    if is_public_authority(sender.box_type) or is_public_authority(recipient.box_type):
        return Postage(PUBLIC, 0)
    if not accepts_paid_messages(recipient):
        raise Refused(PDZ_NOT_ACCEPTED)
    ways = {
        REPLY: Postage(REPLY, 0) if payers.answer_is_prepaid else None,
        SUBSIDISED: Postage(SUBSIDISED, 0) if payers.is_subsidised else None,
        CONTRACT: Postage(CONTRACT, 0) if sender.has_contract else None,
        CREDIT: Postage(CREDIT, prices.message) if sender.credit >= prices.message else None,
        INITIATING: _initiating(sender, prices, payers),
    }
    order = [requested] if requested in ways else [REPLY, SUBSIDISED, CONTRACT, CREDIT]
    for kind in order:
        way = ways[kind]
        if way is not None:
            return way
    raise Refused(PDZ_NOT_ALLOWED)


def _initiating(sender: Party, prices: Prices, payers: Payers) -> Postage | None:
    """Return the postage of a message whose answer is paid in advance, too."""
    if payers.is_subsidised:
        return Postage(INITIATING_SUBSIDISED, 0)
    if sender.has_contract:
        return Postage(INITIATING, 0)
    has_enough = sender.credit >= prices.initiating
    return Postage(INITIATING, prices.initiating) if has_enough else None


def accepts_paid_messages(recipient: Party) -> bool:
    """Tell whether a paid message to this box can be delivered.

    Args:
        recipient: The receiving box.

    Returns:
        ``True`` for businesses, and for people who allowed it.

    Source:
        Act No. 300/2008 Coll., s. 18a.
    """
    return must_accept_paid(recipient.box_type) or recipient.accepts_paid


def may_send_paid(sender: Party, *, price: int, is_subsidised: bool = False) -> bool:
    """Tell whether a box could send a paid message now.

    Args:
        sender: The sending box.
        price: Price of the message in haléře.
        is_subsidised: Whether somebody else pays for messages of the box.

    Returns:
        ``True`` with a subsidy, a contract or enough credit.

    Source:
        ISDS Operating Rules, manual of box search, PDZSendInfo.
    """
    return is_subsidised or sender.has_contract or sender.credit >= price


def send_option(
    sender: Party, recipient: Party, *, price: int, is_subsidised: bool = False
) -> SendOption:
    """Return ``dbSendOptions`` of a found box as the caller's box sees it.

    Args:
        sender: The caller's box.
        recipient: The box that was found.
        price: Price of one paid message in haléře.
        is_subsidised: Whether somebody else pays for messages of the caller's box.

    Returns:
        Whether and how a message may be sent.

    Source:
        ISDS Operating Rules, manual of box search, ISDSSearch3.
    """
    if recipient.state != BoxState.ACCESSIBLE:
        return SendOption.DISABLED
    if is_public_authority(sender.box_type) or is_public_authority(recipient.box_type):
        return SendOption.PUBLIC
    pays = may_send_paid(sender, price=price, is_subsidised=is_subsidised)
    return SendOption.PAID if pays and accepts_paid_messages(recipient) else SendOption.NOTHING
