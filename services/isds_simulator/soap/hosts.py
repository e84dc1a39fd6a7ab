"""Which host of the real system a request is meant for.

The real system has ws1, ws1c (ordinary operations), ws2, ws2c (big messages, archive) and
www (cookies). One simulator plays them all. Whoever wants them apart puts the name in front of
the path (``/ws2/DS/vodz``), into the host (``ws2.localhost``), or gives ws2 a port of its own.
"""

from enum import StrEnum


class Host(StrEnum):
    """The kinds of hosts."""

    ANY = "any"
    WS1 = "ws1"
    WS2 = "ws2"
    WWW = "www"


NAMES = {
    "ws1": Host.WS1,
    "ws1c": Host.WS1,
    "ws2": Host.WS2,
    "ws2c": Host.WS2,
    "www": Host.WWW,
}
ONLY_AT_WS2 = frozenset({"vodz", "arch"})


def host_of(segment: str | None, host_header: str, port: int | None, ws2_port: int | None) -> Host:
    """Return the host that a request is meant for.

    Args:
        segment: Name in front of the path, if there is one.
        host_header: The ``Host`` header.
        port: Port at which the request came.
        ws2_port: Port that plays ws2, ``None`` if none does.

    Returns:
        What the path says, else the header, else the port; ``ANY`` if nothing tells.
    """
    named = NAMES.get(segment or "") or NAMES.get(host_header.partition(".")[0].lower())
    if named is not None:
        return named
    if ws2_port is None or port is None:
        return Host.ANY
    return Host.WS2 if port == ws2_port else Host.WS1


def is_answered_at(host: Host, service: str) -> bool:
    """Tell whether a host answers a service: ws2 answers all, ws1 no big messages."""
    return host is not Host.WS1 or service not in ONLY_AT_WS2
