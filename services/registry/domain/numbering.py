"""Registration numbers: call and serial. Pure."""

import re
from dataclasses import dataclass

from shared.errors import DomainError

FORM = re.compile(r"(?P<call>[0-9]{1,3})/(?P<serial>[0-9]{3,})")


class InvalidRegistrationNumber(DomainError):
    """The text is not a registration number. Params: ``text``."""


@dataclass(frozen=True, slots=True, order=True)
class RegistrationNumber:
    """Number of a registered application, e.g. ``8/012``; ordered by call and serial."""

    call: int
    serial: int

    def __str__(self) -> str:
        """Return the number as people write it."""
        return f"{self.call}/{self.serial:03d}"


def next_number(call: int, last_serial: int) -> RegistrationNumber:
    """Return the number after *last_serial*; serials start at 1 and leave no gap.

    Source:
        R18, R19 (each registered project has its folder).
    """
    return RegistrationNumber(call, last_serial + 1)


def parse_number(text: str) -> RegistrationNumber:
    """Return the number that people wrote.

    Raises:
        InvalidRegistrationNumber: another form.

    Source:
        R18.
    """
    found = FORM.fullmatch(text.strip())
    if found is None:
        raise InvalidRegistrationNumber(text=text)
    return RegistrationNumber(int(found["call"]), int(found["serial"]))
