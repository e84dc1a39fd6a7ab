"""What an operation is: a name, where it lives, what it needs, and a function."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag

from services.isds_simulator.domain.refusals import NO_SUCH_BOX, Refused
from services.isds_simulator.ledger import boxes
from services.isds_simulator.ledger.rows import Account, Box
from services.isds_simulator.service.office import Office
from services.isds_simulator.soap.answers import DONE, status_element
from services.isds_simulator.soap.faults import Switches
from services.isds_simulator.soap.reading import Fields
from services.isds_simulator.soap.xop import Parts


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
READING_RIGHTS = Right.READ_NON_PERSONAL | Right.READ_ALL


@dataclass(frozen=True)
class Call:
    """One call of an operation by somebody who has signed in."""

    office: Office
    account: Account
    now: datetime
    fields: Fields
    switches: Switches
    parts: Parts = field(default_factory=Parts)
    """Binary contents that go beside the XML of the answer, if the caller takes that."""

    @property
    def box_id(self) -> str:
        """The caller's box."""
        return self.account.box_id

    def box(self) -> Box:
        """Return the caller's box.

        Raises:
            Refused: 5001, it has been taken out of the directory.
        """
        with self.office.ledger.reading() as connection:
            found = boxes.find_box(connection, self.box_id)
        if found is None:
            raise Refused(NO_SUCH_BOX)
        return found


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
    """One of these rights is enough."""
    perform: Callable[[Call], Answer]
    family: str = "dm"
    """``dm`` or ``db``, after the status element of its answers."""
    is_watched: bool = False
    """Whether parallel calls of it are counted (3008, 3009)."""
    nil_when_refused: tuple[str, ...] = ()
    """Elements that stand before the status even when there is nothing to say in them."""
