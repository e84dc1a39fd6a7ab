"""Counts the requests of each network address within bounded memory, in this process."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from services.documents.domain.pace import Pace

MOST_PLACES = 10_000
"""Places that are remembered, some 2 MB; of more the one seen longest ago is forgotten."""
HOME = 64
"""Bits that tell one IPv6 visitor from another: whoever has one such address has them all."""


class Turnstile:
    """Lets each place through at its pace.

    Nothing of it is shared between processes and nothing is written: it spares the processor, it
    is no evidence. Whoever has more addresses than are remembered is stopped by the bounded queue
    of the verifier.
    """

    def __init__(
        self,
        pace: Pace,
        *,
        most_places: int = MOST_PLACES,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Know nobody yet.

        Args:
            pace: What each place may.
            most_places: How many are remembered.
            seconds: A clock that never goes back.
        """
        self._pace, self._most_places, self._seconds = pace, most_places, seconds
        self._lock = Lock()
        self._used_until: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        """Return how many places are remembered."""
        return len(self._used_until)

    def pass_one(self, address: str) -> None:
        """Count one request; a refused one takes nothing from the allowance.

        Args:
            address: As the connection or our own proxies tell it.

        Raises:
            AskedTooOften: the place has to wait.
        """
        place = place_of(address)
        with self._lock:
            now = self._seconds()
            used = self._used_until.pop(place, now)
            try:
                used = self._pace.after(used, now)
            finally:
                self._used_until[place] = used  # the last one: a refused place was seen, too
            if len(self._used_until) > self._most_places:
                self._used_until.popitem(last=False)


def place_of(address: str) -> str:
    """Return what one visitor has for himself: an IPv4 address, or a network of IPv6 ones.

    What is no address counts as one place, so that nobody escapes by naming himself.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, HOME), strict=False))
