"""Time stamps that documents gets for the evidence logs of the other services."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TimeStamp:
    """A time stamp over a digest."""

    token: str
    """TimeStampToken (RFC 3161), DER in Base64."""
    roots: str
    """PEM of the authorities by which it is believed."""
