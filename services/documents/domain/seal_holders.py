"""Whose seal makes a proof of ISDS: not anybody's under the same authority. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields

FOR_MACHINES = frozenset({"server_auth", "time_stamping", "ocsp_signing", "code_signing"})
"""Purposes of certificates that never seal a document."""


@dataclass(frozen=True)
class Pin:
    """Whom the settings name as a holder of ISDS's seal; what is empty is not asked for."""

    organisation: str = ""
    """Name of the organisation (O)."""
    identifier: str = ""
    """Identifier of the organisation (2.5.4.97), such as ``NTRCZ-17651921``."""
    name: str = ""
    """Common name (CN)."""


@dataclass(frozen=True)
class SealHolder:
    """What the certificate of a seal says of its holder."""

    organisation: str
    identifier: str
    name: str
    is_person: bool
    """It names a person: an officer's own certificate bears the organisation too."""
    purposes: frozenset[str]
    """Extended key usages."""

    @property
    def shown(self) -> str:
        """The holder in one line."""
        return ", ".join(filter(None, (self.name, self.organisation, self.identifier)))


def may_seal(holder: SealHolder, pins: Iterable[Pin]) -> bool:
    """Tell whether a seal of this holder is one of ISDS.

    Args:
        holder: Whom the certificate names.
        pins: Who may seal; every part that one of them names must be equal.

    Source:
        Act No. 300/2008 Coll., s. 14, 20: messages and delivery infos are sealed by the
        administrator of ISDS. Of legal persons a certificate bears no given name or surname
        (ETSI EN 319 412-3, 4.2.1).
    """
    if holder.is_person or holder.purposes & FOR_MACHINES:
        return False
    return any(_fits(pin, holder) for pin in pins)


def _fits(pin: Pin, holder: SealHolder) -> bool:
    wanted = [(getattr(pin, one.name), getattr(holder, one.name)) for one in fields(pin)]
    asked = [(_plain(pinned), _plain(found)) for pinned, found in wanted if pinned]
    return bool(asked) and all(pinned == found for pinned, found in asked)


def _plain(text: str) -> str:
    """Return a name in one spelling: letter case, spaces and forms of characters count for none."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
