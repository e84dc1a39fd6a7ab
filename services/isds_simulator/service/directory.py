"""Entering boxes and logins into the directory."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from cryptography import x509

from services.isds_simulator.domain.attachments import ORDINARY_LIMIT
from services.isds_simulator.domain.box_id import box_id_from
from services.isds_simulator.domain.box_types import BoxState
from services.isds_simulator.ledger import accounts, boxes
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Account, Box, Certificate
from services.isds_simulator.seal.certificates import fingerprint
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
    password_expires: datetime | None = None
    one_time_code: str | None = None
    """Code for signing in with a one-time password; always the same one."""


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
    throttle_ms: int = 0
    logins: tuple[LoginDraft, ...] = field(default=())


@dataclass(frozen=True)
class CertificateDraft:
    """What a client certificate is good for."""

    kind: str
    """``system``: a program of the box; ``user``: one login, with its password; ``hosted``:
    a hosted records service for the box, or for all boxes."""
    box_id: str | None = None
    username: str | None = None


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
    accounts.add_account(
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
            password_expires=login.password_expires,
            one_time_code=login.one_time_code,
        ),
    )


def named_id(draft: BoxDraft) -> str:
    """Return the id that a draft without one gets if nobody else has it."""
    return box_id_from(f"{draft.type}/{draft.ic or draft.name}")


def _free_id(connection: Connection, draft: BoxDraft) -> str:
    name = f"{draft.type}/{draft.ic or draft.name}"
    candidates = (box_id_from(name, attempt) for attempt in count())
    return next(box_id for box_id in candidates if not boxes.is_taken(connection, box_id))


def enter_certificate(
    connection: Connection, certificate: x509.Certificate, draft: CertificateDraft
) -> None:
    """Register a client certificate.

    Args:
        connection: A write transaction.
        certificate: Of any issuer whose certificates the server takes.
        draft: What it is good for.
    """
    accounts.add_certificate(
        connection,
        Certificate(
            fingerprint=fingerprint(certificate),
            kind=draft.kind,
            box_id=draft.box_id,
            username=draft.username,
            subject=certificate.subject.rfc4514_string(),
        ),
    )
