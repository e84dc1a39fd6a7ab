"""A new seal in the place of the old one: one change of one file, and an act in the log.

The file is what decides. Whoever is killed before it was replaced leaves the old seal, whoever is
killed afterwards the new one; the command given again writes the act that is missing.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.config import SEALS, DocumentsSettings, SealSettings
from services.documents.models import Letterhead
from services.documents.outfit import Unfit, check_holds, check_seal, make_outfit
from services.documents.service.work import Work, worker_actor
from services.documents.signing.port import SigningUnavailable
from services.documents.signing.ways.tokens import Tokens
from shared.clock import PRAGUE, Clock
from shared.config import PREFIX, SettingsError
from shared.db import transaction
from shared.development import replace_file
from shared.disk import synchronise

FILE = f"{PREFIX}DOCUMENTS_SEALS_FILE"
ROTATED = "rotate_seal"


class CannotRotate(Exception):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True)
class Rotation:
    """What is to become of the list of seals."""

    entries: list[dict[str, Any]]
    """As the file will hold them."""
    new: SealSettings
    fingerprint: str
    """SHA-256 of the new certificate, hexadecimal."""
    since: date
    """First day on which the new one seals, and the others of its organisation do no more."""
    is_there: bool
    """Whether the file has it already: an earlier try was killed before it wrote the act."""


def rotate(
    settings: DocumentsSettings, session: Session, tokens: Tokens, clock: Clock, entry: bytes
) -> Rotation:
    """Put a new seal in front of the list and retire those whose place it takes.

    The new one is opened and makes a trial seal that nobody keeps, before anything changes.

    Args:
        entry: the seal as it would stand in the list, JSON; its ``since``, today without one, is
            the day of the change.

    Raises:
        CannotRotate: the new seal does not work, or the settings do not name a file.
    """
    if settings.seals_file is None:
        raise CannotRotate(f"Pečeti musí být v souboru: nastavte {FILE}.")
    with _held(settings.seals_file):
        planned = _plan(settings, entry, clock.today())
        planned = _tried(settings, tokens, planned, clock.now())
        if not planned.is_there:
            _replace(settings.seals_file, planned.entries)
        _write_act(session, clock, planned)
    return planned


def _plan(settings: DocumentsSettings, entry: bytes, today: date) -> Rotation:
    try:
        (new,) = SEALS.validate_json(b"[" + entry + b"]")
        text = (settings.seals_file or Path()).read_bytes()
        present, wanted = json.loads(text), json.loads(entry)
        listed = SEALS.validate_json(text)
    except (OSError, ValueError, ValidationError) as error:
        raise CannotRotate(f"Záznam nebo soubor pečetí nelze přečíst: {_said(error)}") from None
    since = max(new.since or today, today)
    wanted["since"] = since.isoformat()
    (new,) = SEALS.validate_python([wanted])
    there = next((one for one in listed if _is_same(one, new)), None)
    if there is not None:
        return Rotation(present, there, "", there.since or since, is_there=True)
    for raw, one in zip(present, listed, strict=True):
        if one.organisation == new.organisation and one.retired is None:
            raw["retired"] = since.isoformat()
    return Rotation([wanted, *present], new, "", since, is_there=False)


def _said(error: Exception) -> str:
    """Say what is wrong without what was written there: it may be a PIN."""
    if not isinstance(error, ValidationError):
        return str(error)
    told = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in told)


def _is_same(one: SealSettings, other: SealSettings) -> bool:
    """Tell whether two entries name the same key."""
    names = ("way", "organisation", "file", "token", "remote", "key")
    return one.retired is None and all(getattr(one, x) == getattr(other, x) for x in names)


def _tried(
    settings: DocumentsSettings, tokens: Tokens, planned: Rotation, at: datetime
) -> Rotation:
    """Return the rotation with the new certificate, after it made a trial seal."""
    alone = settings.model_copy(update={"seals": [planned.new], "seals_file": None})
    begins = datetime.combine(planned.since, time(), PRAGUE)
    try:
        (source,) = make_outfit(alone, tokens, at).seals
        with source.key.open() as (key, der, others):
            check_seal(source, der, others, settings, max(at, begins))
            check_holds(der, max(at, begins))
            key.sign(b"a trial that nobody keeps")
    except (SettingsError, SigningUnavailable, Unfit) as error:
        raise CannotRotate(f"Nová pečeť nefunguje, nic se nezměnilo: {error}") from error
    found = hashlib.sha256(der).hexdigest()
    return Rotation(planned.entries, planned.new, found, planned.since, planned.is_there)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Let one command at a time change the list."""
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, entries: list[dict[str, Any]]) -> None:
    replace_file(path, json.dumps(entries, ensure_ascii=False, indent=1).encode() + b"\n")
    synchronise(path.parent)


def _write_act(session: Session, clock: Clock, planned: Rotation) -> None:
    """Write into the log of each organisation whose seal it is that another one seals."""
    with transaction(session):
        for organisation_id in _organisations(session, planned.new.organisation):
            work = Work(session, worker_actor(organisation_id), clock)
            about = ("organisation", organisation_id)
            if not _is_written(work, planned.fingerprint):
                details = {"fingerprint": planned.fingerprint, "since": planned.since}
                work.audit(ROTATED, about, **details)


def _organisations(session: Session, named: UUID | None) -> list[UUID]:
    if named is not None:
        return [named]
    return list(session.scalars(select(Letterhead.organisation_id)))


def _is_written(work: Work, fingerprint: str) -> bool:
    audit = work.tables.audit
    query = select(audit.details).where(
        audit.organisation_id == work.organisation_id,
        audit.subject_id == work.organisation_id,
        audit.act == ROTATED,
    )
    return any(one["fingerprint"] == fingerprint for one in work.session.scalars(query))
