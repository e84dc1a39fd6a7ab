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


def holds_every_word(text: str, wanted: str) -> bool:
    """Tell whether a text holds every word of a search.

    Args:
        text: Where to look.
        wanted: Words separated by spaces; each may be the beginning of a longer one.

    Returns:
        ``True`` if each is found.

    Source:
        ISDS Operating Rules, manual of box search, ISDSSearch.
    """
    words = plain(text).replace(",", " ").split()
    return all(
        any(word.startswith(part) for word in words)
        for part in plain(wanted).replace(",", " ").split()
    )
