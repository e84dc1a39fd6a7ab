"""Places where a test may kill or hinder the process; nothing happens where no test asks for it.

``VYZVA_FAILPOINT=batch.kept:kill:3`` kills the process when the place is reached the third time;
``raise`` raises instead. With ``*`` as the place all places are counted together. The variable
is read once, at import, and refused in a real installation, where it is no setting.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable

VARIABLE = "VYZVA_FAILPOINT"
ANYWHERE = "*"


class FailpointReached(Exception):
    """A test asked for a failure here."""


def _kill(_place: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _raise(place: str) -> None:
    raise FailpointReached(place)


ACTS: dict[str, Callable[[str], None]] = {"kill": _kill, "raise": _raise}
"""What may happen at a place; tests add acts of their own."""

_asked = os.environ.get(VARIABLE, "")
_reached: Counter[str] = Counter()


def are_set() -> bool:
    """Tell whether a test asked for anything."""
    return bool(_asked)


def ask(wanted: str) -> None:
    """Ask for a failure from now on, in the words of the variable; empty asks for none."""
    global _asked  # noqa: PLW0603 - the one switch of a process
    _asked = wanted
    _reached.clear()


def hit(place: str) -> None:
    """Do what a test asked for at this place."""
    if not _asked:
        return
    name, act, when = _asked.split(":")
    for counted in (place, ANYWHERE):
        _reached[counted] += 1
        if counted == name and _reached[counted] == int(when):
            ACTS[act](place)
