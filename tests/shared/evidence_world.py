"""A toy service with an evidence log, checkpoints, copies and stamps, and its export."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from shared.actors import Actor
from shared.audit import record_act
from shared.db import transaction
from shared.evidence.copies import Copies
from shared.evidence.export import export_service, finish_export
from shared.evidence.keeping import Desk, Keeper, Rules
from shared.keys import EvidenceKeys, make_development_keys
from tests.shared.toy import LEDGER, ORGANISATION, Evidence, engine_for

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
LOG = Evidence.name_of(ORGANISATION)
NOW = Rules(entries=1, age=timedelta(0), stamps=timedelta(days=1))


def desk_of(engine: Engine, folder: Path, rules: Rules = NOW) -> Desk:
    """Return the desk of a toy whose keys and copies lie under the folder."""
    make_development_keys(folder / "keys")
    session = scoped_session(sessionmaker(engine))
    copies = Copies(folder / "evidence", "toy")
    return Desk(session, LEDGER, EvidenceKeys(folder / "keys", "registry"), copies, rules)


@contextmanager
def desk_in(folder: Path, address: str) -> Iterator[Desk]:
    """Open a fresh toy with its desk."""
    with engine_for(address) as engine:
        desk = desk_of(engine, folder)
        yield desk
        closed(desk)


def always_stamped(desk: Desk) -> Desk:
    """Return the desk of a log of which every new checkpoint is stamped."""
    return replace(desk, rules=replace(desk.rules, stamps=timedelta(0)))


def closed(desk: Desk) -> None:
    remove: Callable[[], None] = desk.session.remove  # type: ignore[attr-defined]  # scoped
    remove()


def act(session: Session, name: str, organisation: UUID = ORGANISATION, number: int = 1) -> None:
    actor = Actor(organisation_id=organisation, name="Jana Malá", person_id=UUID(int=7))
    details = {"amount": "900000", "share": 0.5, "names": ["Lipová", "Háj"]}
    subject = ("application", UUID(int=number))
    record_act(
        session, LEDGER.audit, actor=actor, act=name, subject=subject, at=AT, details=details
    )


def do(desk: Desk, *names: str, organisation: UUID = ORGANISATION) -> None:
    """Act in one transaction; the subject is the number of the act."""
    with transaction(desk.session()) as session:
        for number, name in enumerate(names):
            act(session, name, organisation, number)


def signed(desk: Desk, organisation: UUID = ORGANISATION) -> int:
    """Make a checkpoint now."""
    return Keeper(desk).keep(organisation)


def exported(desk: Desk, target: Path, *, with_facts: bool = True) -> Path:
    target.mkdir(parents=True)
    finish_export(target, export_service(desk, target, with_facts=with_facts))
    return target


def with_other_keys(desk: Desk, folder: Path) -> Desk:
    """Return the desk of somebody who has other keys."""
    make_development_keys(folder)
    return replace(desk, keys=EvidenceKeys(folder, "registry"))
