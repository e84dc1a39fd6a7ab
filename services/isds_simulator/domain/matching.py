"""How a search compares texts."""

import unicodedata


def plain(text: str) -> str:
    """Return a text without accents, in lower case, with single spaces.

    Args:
        text: Any text.

    Returns:
        A form in which texts that people would call the same are equal.

    Source:
        ISDS Operating Rules, manual of box search: accents and case do not matter.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.split())
