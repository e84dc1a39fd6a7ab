"""Places where a test may kill or hinder the process; nothing happens where no test asks for it.

``VYZVA_FAILPOINT=batch.kept:kill:3`` kills the process when the place is reached the third time;
``raise`` raises instead. The variable is read once, at import, and refused in a real
installation, where it is no setting.
"""

import os
import signal
from collections import Counter

VARIABLE = "VYZVA_FAILPOINT"


class FailpointReached(Exception):
    """A test asked for a failure here."""


_asked = os.environ.get(VARIABLE, "")
_reached: Counter[str] = Counter()


def are_set() -> bool:
    """Tell whether a test asked for anything."""
    return bool(_asked)


def hit(place: str) -> None:
    """Do what a test asked for at this place."""
    if not _asked:
        return
    name, act, when = _asked.split(":")
    _reached[place] += 1
    if place != name or _reached[place] != int(when):
        return
    if act == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise FailpointReached(place)
