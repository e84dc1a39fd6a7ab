"""Messages that ISDS lists under our reference: what is known of each, and which may be chosen."""

from dataclasses import dataclass
from datetime import datetime

from services.documents.domain.agreement import may_be_to

FILE, BOX = "file", "box"
"""Why a message can never be taken over: it carries another file, or went to another box."""


@dataclass(frozen=True)
class Match:
    """A message that bears our reference, as it was when the list of sent messages was read."""

    message_id: str
    data_box_id: str
    """Where it went."""
    state: int
    """State of the message by the list; see ISDS."""
    put_in_at: datetime | None
    """When it was put into that box (aware); ``None`` while it is not."""
    seen_at: datetime
    """When the list was asked for (aware UTC, real time)."""
    carries_our_file: bool | None
    """By its sealed copy; ``None`` while that could not be had."""


def obstacle(match: Match, *, known: str | None, chosen: str | None, ic: str | None) -> str | None:
    """Tell why a message cannot be taken over, whoever says that it is ours; ``None`` if it may be.

    Args:
        match: What is known of the message.
        known: The box of the delivery as far as it is known.
        chosen: The box that a person chose for the recipient.
        ic: The recipient's IČO, by which the box can be asked for.

    Source:
        R38. Delivered is our file in the recipient's box. A person's word opens another look, in
        which the sealed copy is read again; it replaces neither.
    """
    if match.carries_our_file is False:
        return FILE
    return None if may_be_to(match.data_box_id, known=known, chosen=chosen, ic=ic) else BOX
