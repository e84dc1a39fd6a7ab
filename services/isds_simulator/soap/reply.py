"""What goes back over HTTP, and in which broken way."""

from dataclasses import dataclass, field

from services.isds_simulator.soap.answers import DONE

XML = "text/xml; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Drip:
    """An answer that comes in drops."""

    bytes: int
    seconds: float


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    body: bytes
    status: int = 200
    content_type: str = XML
    headers: dict[str, str] = field(default_factory=dict)
    outcome: str = DONE
    """What the record of calls says."""
    drop_after: int | None = None
    """Cut the connection after so many bytes of the body; ``None`` sends it whole."""
    resets: bool = False
    """Whether the connection is cut with a reset."""
    padded_to: int | None = None
    """Go on with spaces up to so many bytes."""
    is_zipped: bool = False
    """Whether the padded body is compressed with gzip."""
    drip: Drip | None = None
