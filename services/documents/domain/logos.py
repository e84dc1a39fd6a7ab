"""Which pictures may stand in a letterhead."""

from shared.errors import DomainError

LARGEST_LOGO = 200_000
SVG, PNG = "svg", "png"
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"


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
        return PNG
    if b"<svg" in content[:2000]:
        return SVG
    raise LogoRefused()
