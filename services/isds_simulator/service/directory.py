"""Entering boxes and logins into the directory."""

from dataclasses import dataclass, field, replace

from services.isds_simulator.domain.attachments import ORDINARY_LIMIT
from services.isds_simulator.domain.box_id import box_id_from
from services.isds_simulator.domain.box_types import BoxState
from services.isds_simulator.ledger import boxes
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Account, Box
from services.isds_simulator.service.passwords import new_salt, password_digest

CREATE_VIEW_SEARCH = 4 + 8 + 16
PRIMARY_USER = "PRIMARY_USER"


class BoxIdTaken(Exception):
    """There is a box with this id already."""


@dataclass(frozen=True)
class LoginDraft:
    """A login to be entered."""

    username: str
    password: str
    rights: int = CREATE_VIEW_SEARCH
    """Sum of the right bits; 28 may send, look and search, but never delivers what came."""
    user_type: str = PRIMARY_USER
    person: str = "Jan Novák"


@dataclass(frozen=True)
class BoxDraft:
    """A box to be entered."""

    type: str
    name: str
    id: str | None = None
    """Made from the IČO or the name when it is left out."""
    ic: str | None = None
    given_names: str | None = None
    last_name: str | None = None
    street: str | None = None
    house: str | None = None
    city: str | None = None
    zip_code: str | None = None
    country: str = "CZ"
    state: int = BoxState.ACCESSIBLE
    accepts_paid: bool = False
    has_contract: bool = False
    credit: int = 0
    has_user: bool = True
    attachment_limit: int = ORDINARY_LIMIT
    logins: tuple[LoginDraft, ...] = field(default=())


def enter_box(connection: Connection, draft: BoxDraft) -> Box:
    """Enter a box with its logins.

    Args:
        connection: A write transaction.
        draft: The box.

    Returns:
        The box as it stands in the directory.

    Raises:
        BoxIdTaken: The id that the draft names is in use.
    """
    values = {name: value for name, value in vars(draft).items() if name not in {"id", "logins"}}
    box = Box(id=draft.id or _free_id(connection, draft), **values)
    if not boxes.add_box(connection, box):
        raise BoxIdTaken(box.id)
    for login in draft.logins:
        enter_login(connection, box.id, login)
    return box


def seed_box(connection: Connection, draft: BoxDraft) -> None:
    """Enter a box unless it is known, so that a seed may be read at every start."""
    named = replace(draft, id=draft.id or named_id(draft))
    if boxes.find_box(connection, named.id or "") is None:
        enter_box(connection, named)


def enter_login(connection: Connection, box_id: str, login: LoginDraft) -> None:
    """Enter a login of a box, or replace the one of the same name."""
    salt = new_salt()
    boxes.add_account(
        connection,
        Account(
            username=login.username,
            box_id=box_id,
            rights=login.rights,
            user_type=login.user_type,
            person=login.person,
            failures=0,
            blocked_until=None,
            salt=salt,
            password_digest=password_digest(login.password, salt),
        ),
    )


def named_id(draft: BoxDraft) -> str:
    """Return the id that a draft without one gets if nobody else has it."""
    return box_id_from(f"{draft.type}/{draft.ic or draft.name}")


def _free_id(connection: Connection, draft: BoxDraft) -> str:
    taken = frozenset(box.id for box in boxes.all_boxes(connection))
    return box_id_from(f"{draft.type}/{draft.ic or draft.name}", taken)
