"""Time stamps that documents gets for the evidence logs of others, and how far a log is proven."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TimeStamp:
    """A time stamp over a digest."""

    token: str
    """TimeStampToken (RFC 3161), DER in Base64."""
    roots: str
    """PEM of the authorities by which it is believed."""


@dataclass(frozen=True)
class LogReach:
    """How far the evidence log of an organisation in one service is proven in time."""

    log: str
    """Its name: the service and the organisation."""
    until: int | None
    """So many of its entries are under a time stamp, all that anybody asks for; ``None`` where
    some are not."""
    waits_until: datetime | None
    """When at the latest a time stamp will have been asked for again; ``None`` where nothing waits
    for one."""
