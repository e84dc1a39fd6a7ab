"""What an operation is: a name, where it lives, what it needs, and a function."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag

from services.isds_simulator.ledger.rows import Account
from services.isds_simulator.service.office import Office
from services.isds_simulator.soap.answers import DONE, status_element
from services.isds_simulator.soap.faults import Switches
from services.isds_simulator.soap.reading import Fields


class Right(IntFlag):
    """Rights of a login."""

    NONE = 0
    READ_NON_PERSONAL = 1
    READ_ALL = 2
    CREATE_DM = 4
    VIEW_INFO = 8
    SEARCH_DB = 16
    OWNER_ADM = 32
    ERASE_VAULT = 128


SENDING_RIGHTS = Right.CREATE_DM | Right.VIEW_INFO | Right.SEARCH_DB


@dataclass(frozen=True)
class Call:
    """One call of an operation by somebody who has signed in."""

    office: Office
    account: Account
    now: datetime
    fields: Fields
    switches: Switches

    @property
    def box_id(self) -> str:
        """The caller's box."""
        return self.account.box_id


@dataclass(frozen=True)
class Answer:
    """What an operation found: elements before the status, and the status."""

    elements: str = ""
    code: str = DONE
    detail: str | None = None

    def written(self, family: str) -> str:
        """Return the elements with the status last."""
        return self.elements + status_element(family, self.code, self.detail)


@dataclass(frozen=True)
class Operation:
    """One entry of the interface."""

    name: str
    services: frozenset[str]
    """Last parts of the paths at which it is answered."""
    right: Right
    perform: Callable[[Call], Answer]
    family: str = "dm"
    """``dm`` or ``db``, after the status element of its answers."""
