"""How a sender logs in to ISDS, and at which addresses."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Login = Literal["certificate", "certificate_and_password", "hosted", "password"]

# Part of the host that tells the kind of login, and the path before ``/DS``.
_HOSTS: dict[str, tuple[str, str]] = {
    "certificate": ("c", "/cert"),
    "certificate_and_password": ("c", "/certds"),
    "hosted": ("c", "/hspis"),
    "password": ("", ""),
}
WITH_WHAT: dict[Login, frozenset[str]] = {
    "certificate": frozenset({"certificate"}),
    "certificate_and_password": frozenset({"certificate", "user", "password"}),
    "hosted": frozenset({"certificate", "user"}),
    "password": frozenset({"user", "password"}),
}
"""What each way shows to ISDS, and nothing else."""


@dataclass(frozen=True)
class IsdsAccount:
    """Where a sender's data box is reached, and with what.

    A system certificate is preferred: it belongs to the box and not to a person, does not end
    with a password's validity, and no wrong attempt locks a person out.
    """

    base_url: str
    """Address up to and without the service, such as ``https://ws1.datovka.gov.cz/DS``."""
    user: str = ""
    """Login name; for a hosted service the identifier of the box."""
    password: str = field(default="", repr=False)
    """Empty for a hosted service. Never shown: a log may write the whole account."""
    client_certificate: Path | None = None
    """PEM file with certificate and key."""
    trusted: Path | None = None
    """Certificates of the server; ``None`` takes the usual ones."""
    large_url: str = ""
    """The same for large messages and the archive; empty means ``base_url``."""
    connect_seconds: float = 10
    read_seconds: float = 120
    """ISDS may need long for a message with large attachments."""
    whole_seconds: float = 600
    """Longest time of one answer, however slowly it drips."""

    def url(self, service: str, *, is_large: bool) -> str:
        """Return the address of a service."""
        base = (self.large_url if is_large else "") or self.base_url
        return f"{base.rstrip('/')}/{service}"


def addresses(domain: str, login: Login) -> tuple[str, str]:
    """Return the addresses of the ordinary services and of the large ones.

    Args:
        domain: Such as ``datovka.gov.cz`` or, for trials, ``datovka-test.gov.cz``.
        login: How the sender logs in.

    Source:
        ISDS Operating Rules, annex on login: ``ws1``/``ws2`` with a name and a password,
        ``ws1c``/``ws2c`` with a certificate, each kind of certificate under a path of its own.
    """
    kind, path = _HOSTS[login]
    return (f"https://ws1{kind}.{domain}{path}/DS", f"https://ws2{kind}.{domain}{path}/DS")
