"""Data box identifiers."""

from shared.errors import DomainError

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 7


class BadBoxId(DomainError):
    """The data box identifier is misspelt. Params: ``box_id``."""


def check_character(first_six: str) -> str:
    """Return the seventh character of a data box identifier.

    Source:
        Operating Rules of ISDS, description of the identifier: Luhn's check modulo 32.
    """
    total = 0
    for position, character in enumerate(first_six):
        value = ALPHABET.index(character) * (2 if position % 2 else 1)
        total += value // 32 + value % 32
    return ALPHABET[(32 - total % 32) % 32]


def check_box_id(box_id: str) -> str:
    """Return the identifier in lower case, or refuse it.

    Raises:
        BadBoxId: wrong length, a character outside the alphabet, or a wrong check character.

    Source:
        Operating Rules of ISDS, description of the identifier.
    """
    cleaned = box_id.strip().lower()
    if len(cleaned) != LENGTH or any(character not in ALPHABET for character in cleaned):
        raise BadBoxId(box_id=box_id)
    if check_character(cleaned[:6]) != cleaned[6]:
        raise BadBoxId(box_id=box_id)
    return cleaned
