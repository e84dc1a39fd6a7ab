"""Identifiers of data boxes: seven characters, the last one a check character."""

import hashlib

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
BASE = len(ALPHABET)
STEM_LENGTH = 6
VALUES = {character: value for value, character in enumerate(ALPHABET)}


def check_character(stem: str) -> str:
    """Return the check character that belongs to six characters of a box id.

    Args:
        stem: Six characters of the alphabet (no ``l``, ``o``, ``0``, ``1``).

    Returns:
        One character of the alphabet.

    Raises:
        KeyError: A character is outside the alphabet.

    Source:
        ISDS Operating Rules, manual of data messages, section 1.3.3.1: Luhn mod 32,
        values at odd positions (counted from zero) are doubled.
    """
    total = 0
    for position, character in enumerate(stem):
        value = VALUES[character] * (1 + position % 2)
        total += value // BASE + value % BASE
    return ALPHABET[-total % BASE]


def is_box_id(text: str) -> bool:
    """Tell whether a text is a well-formed box id with the right check character.

    Args:
        text: Anything.

    Returns:
        ``True`` for seven characters of the alphabet whose last one checks.

    Source:
        ISDS Operating Rules, manual of data messages, section 1.3.3.1.
    """
    if len(text) != STEM_LENGTH + 1 or any(character not in VALUES for character in text):
        return False
    return check_character(text[:STEM_LENGTH]) == text[STEM_LENGTH]


def box_id_from(name: str, attempt: int = 0) -> str:
    """Make a box id that is the same whenever it is made from the same name.

    Args:
        name: Whatever tells the boxes apart, for example an IČO.
        attempt: Gives another id for the same name, when the one before is in use.

    Returns:
        A well-formed box id.

    Source:
        Our own choice; the real system hands its ids out at random.
    """
    digest = hashlib.sha256(f"{name}/{attempt}".encode()).digest()
    stem = "".join(ALPHABET[byte % BASE] for byte in digest[:STEM_LENGTH])
    return stem + check_character(stem)
