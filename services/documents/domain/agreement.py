"""Whether sealed proofs speak of the very message that we sent. Pure."""

from dataclasses import dataclass

WAYS = MESSAGE, BOX, REFERENCE, FILE, HASH = "message", "box", "reference", "file", "hash"
"""In what a proof may differ."""


@dataclass(frozen=True)
class Ours:
    """The message as this side knows it."""

    message_id: str
    box: str
    """Identifier of the recipient's data box."""
    reference: str
    """Our reference, by which the message is found again."""
    sha256: str
    """The file that it carries, lower-case hex."""


@dataclass(frozen=True)
class Told:
    """What one sealed proof says of a message."""

    message_id: str
    box: str
    reference: str
    fingerprint: tuple[object, ...] = ()
    """Hash of the message and the time of the stamp over it: the same in all its proofs."""
    files: tuple[str, ...] | None = None
    """SHA-256 of each attachment; ``None`` in a delivery info, which carries none."""


def disagreement(ours: Ours, *proofs: Told) -> str | None:
    """Tell in what the first proof that speaks of another message differs; ``None`` if none does.

    Args:
        ours: What was sent.
        proofs: The sealed message, the delivery info, or both; together they must also be about
            one message.

    Source:
        R38, R39: delivered is what reached this recipient. Somebody else's login, or another
        letter, delivers nothing.
    """
    found = (_difference(ours, proof) for proof in proofs)
    first = next((one for one in found if one is not None), None)
    if first is None and len({proof.fingerprint for proof in proofs}) > 1:
        return HASH
    return first


def _difference(ours: Ours, told: Told) -> str | None:
    if told.message_id != ours.message_id:
        return MESSAGE
    if told.box != ours.box:
        return BOX
    if told.reference != ours.reference:
        return REFERENCE
    if told.files is not None and ours.sha256 not in told.files:
        return FILE
    return None


def may_be_to(box: str, *, known: str | None, chosen: str | None, ic: str | None) -> bool:
    """Tell whether a message that bears our reference may have gone to our recipient.

    Args:
        box: Where the message went.
        known: The box of the delivery as far as it is known.
        chosen: The box that a person chose for the recipient.
        ic: The recipient's IČO, by which the box can be asked for.

    Source:
        R38. A recipient of whom neither is known has no box that anything could be sent to, so
        whoever sent such a message by hand is asked.
    """
    return box in (known, chosen) if known or chosen else bool(ic)
