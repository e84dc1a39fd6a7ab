"""Which pictures may stand in a letterhead."""

from shared.errors import DomainError

LARGEST_LOGO = 200_000
SVG, PNG = "svg", "png"
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
SIDES = slice(16, 24)
"""Where a PNG says its width and height, four bytes each (ISO/IEC 15948, 11.2.2)."""
MOST_PIXELS = 4_000_000
"""A logo of 2 000 by 2 000; a picture of more would unpack to what nobody prints."""


class LogoRefused(DomainError):
    """The picture is no PNG and no plain SVG, too large, or cannot be typeset."""


def form_of(content: bytes) -> str:
    """Return ``png`` or ``svg`` by the content.

    Raises:
        LogoRefused: it is neither, or too large.

    Source:
        PDF/A admits no picture from outside and nothing active.
    """
    if len(content) > LARGEST_LOGO:
        raise LogoRefused()
    if content.startswith(PNG_BEGINS):
        _check_size(content)
        return PNG
    if b"<svg" in content[:2000]:
        return SVG
    raise LogoRefused()


def _check_size(content: bytes) -> None:
    sides = content[SIDES]
    if int.from_bytes(sides[:4], "big") * int.from_bytes(sides[4:], "big") > MOST_PIXELS:
        raise LogoRefused()
