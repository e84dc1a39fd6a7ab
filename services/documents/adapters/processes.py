"""Which process of which machine somebody is, so that others can tell whether it is gone."""

import os
import socket
from pathlib import Path

PROC = Path("/proc")
ENDED = frozenset("ZX")
"""States of a process that does nothing any more and was not waited for yet."""
SEPARATOR = "|"


def this_process() -> str:
    """Return a name that no other process ever has, at most 200 characters long."""
    return SEPARATOR.join((_place(), str(os.getpid()), _beginning(os.getpid()) or ""))


def is_gone(name: str) -> bool:
    """Tell whether the process that had a name has ended for certain.

    ``False`` for a process of another machine or container, of which nothing can be known, and
    where the system does not tell (anything but Linux).
    """
    place, pid, beginning = ([""] * 2 + name.rsplit(SEPARATOR, 2))[-3:]
    if not beginning or not pid.isdecimal() or place != _place():
        return False
    return _beginning(int(pid)) != beginning


def _place() -> str:
    """Return the machine since it was started, and the space in which its processes are counted."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        space = os.readlink(PROC / "self/ns/pid")
    except OSError:
        boot = space = ""
    return SEPARATOR.join((socket.gethostname()[:64], boot, space))


def _beginning(pid: int) -> str | None:
    """Return when a living process began, in ticks of its machine; ``None`` without one.

    An identifier is used again, but not with the same beginning.
    """
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # its name may hold anything
    return None if fields[0] in ENDED else fields[19]
