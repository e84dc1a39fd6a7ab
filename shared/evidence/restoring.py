"""A restored backup: noticed at start, owned up to by a command, never taken for the whole log."""

from uuid import UUID

from shared.actors import Actor
from shared.audit import record_act
from shared.clock import SystemClock
from shared.db import transaction
from shared.evidence.checking import EPOCH, RESTORED
from shared.evidence.checkpoints import BadCheckpoint, Checkpoint, read
from shared.evidence.copies import DamagedCopy
from shared.evidence.entries import FaultKind
from shared.evidence.keeping import Desk, Keeper, current_epoch, rollback_fault
from shared.evidence.log import length_of, organisations

OPERATOR = "Správce instalace"
"""In whose name the restoration is recorded: whoever may run commands on the server."""


class BehindItsCopies(Exception):
    """The database lacks what was signed; it comes from an older backup, or its end was cut."""


class NothingRestored(Exception):
    """No copy speaks of more than the database has."""


def logs_behind(desk: Desk) -> list[str]:
    """Return the logs of which a copy outside the database says more than the database."""
    session, found = desk.session(), list[str]()
    for organisation_id in desk.copies.organisations():
        fault = rollback_fault(desk, session, organisation_id)
        if fault is not None and fault.kind in (FaultKind.CUT, FaultKind.REWRITTEN):
            found.append(desk.ledger.name_of(organisation_id))
    session.rollback()
    return found


def refuse_when_behind(desk: Desk) -> None:
    """Let no service work on a database that lost what it had signed.

    Letters that were sent since would be sent again, numbers that were given would be given again.

    Raises:
        BehindItsCopies: with what to do.
    """
    behind = logs_behind(desk)
    if behind:
        service = desk.ledger.evidence.service
        raise BehindItsCopies(
            f"Databáze služby {service} je starší než kopie kontrolních bodů v {desk.copies.folder}"
            f" ({', '.join(behind)}): buď byla obnovena starší záloha, nebo z ní něco zmizelo. "
            "Služba se nespustí. Byla-li záloha obnovena úmyslně, zapište to příkazem "
            f"python -m services.{service} evidence restored --reason „…“; jinak obnovte novější."
        )


def record_restoration(desk: Desk, reason: str, *, even_so: bool = False) -> int:
    """Own up to a restored backup: begin the next epoch, with an act in every log.

    The act says how long the log was once and what its root was, so that what was lost is known.

    Args:
        even_so: Also where no copy says more than the database, as with a backup that was made
            after the newest checkpoint.

    Returns:
        The number of the epoch.

    Raises:
        NothingRestored: no log is behind its copies.
    """
    if not even_so and not logs_behind(desk):
        raise NothingRestored(
            "Databáze má všechno, o čem mluví kopie. Byla-li přesto obnovena záloha (z doby po"
            " posledním kontrolním bodu), přidejte --even-so."
        )
    session, ledger = desk.session(), desk.ledger
    known = {*organisations(session, ledger.evidence), *desk.copies.organisations()}
    before = {one: _newest_copy(desk, one) for one in known}
    epochs = [one.epoch for one in before.values() if one is not None]
    number = max(current_epoch(session, ledger), *epochs, 0) + 1
    session.rollback()
    now = SystemClock().now()
    with transaction(session):
        session.add(ledger.epoch(number=number, began_at=now, reason=reason))
        for organisation_id, copy in before.items():
            record_act(
                session,
                ledger.audit,
                actor=Actor(organisation_id=organisation_id, name=OPERATOR),
                act=RESTORED,
                subject=(EPOCH, UUID(int=number)),
                at=now,
                details={
                    "reason": reason,
                    "restored_size": length_of(session, ledger.evidence, organisation_id),
                    "signed_size": copy.size if copy else 0,
                    "signed_root": copy.root.hex() if copy else "",
                },
            )
    for organisation_id in known:
        Keeper(desk).keep(organisation_id)
    return number


def _newest_copy(desk: Desk, organisation_id: UUID) -> Checkpoint | None:
    try:
        note = desk.copies.newest(organisation_id)
        return read(note, desk.keys) if note is not None else None
    except (DamagedCopy, BadCheckpoint):
        return None  # its whole check says so
