"""Whether the signed facts of a letter name the recipient to whom it is about to leave.

Source: R38 (the notice goes to the applicant); Act No. 110/2019 Coll. and Regulation (EU)
2016/679, art. 5(1)(f) (nobody gets another person's letter).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Letter:
    """What the register says about a letter."""

    document_id: str
    number: str
    recipient: str
    box: str | None
    """The box to which it is about to leave; found by the directory where none was printed."""


def check_letter(letter: Letter, facts: Mapping[str, Any]) -> str | None:
    """Return what in the signed facts differs from the register, or ``None``.

    A box that was printed must be the one used; where none was printed the directory named it.
    """
    addressee = facts.get("addressee")
    if facts.get("id") != letter.document_id:
        return "id"
    if facts.get("number") != letter.number:
        return "number"
    if not isinstance(addressee, Mapping) or addressee.get("name") != letter.recipient:
        return "recipient"
    printed = addressee.get("data_box_id")
    return "box" if printed is not None and _plain(printed) != _plain(letter.box) else None


def _plain(box: Any) -> str:
    return str(box or "").strip().lower()
