"""Time stamps over checkpoints (RFC 3161): they say that a log was so at the latest then."""

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.actors import Actor
from shared.audit import record_act
from shared.clock import SystemClock
from shared.db import transaction
from shared.evidence.anchors import ANCHORED, has_news
from shared.evidence.keeping import Desk, Keeper, last_anchor, newest
from shared.evidence.log import organisations
from shared.evidence.offline.notes import Bad, stamped, token_id

log = logging.getLogger(__name__)

KEEPER = "Výzva"
"""In whose name a log is stamped: nobody asks for it."""
LOOK_SECONDS = 30
"""Pause between two looks whether a checkpoint must be stamped."""
LONGEST_PAUSE = 3600
"""Seconds between two tries at most, while no authority answers."""


class StampUnavailable(Exception):
    """No time stamp can be had now; trying later may help."""


@dataclass(frozen=True)
class Stamp:
    """A time stamp with what it is believed by."""

    token: bytes
    """TimeStampToken, DER."""
    roots: str
    """PEM of the authorities above it."""


class Stamper(Protocol):
    """Whatever gets time stamps."""

    def stamp(self, organisation_id: UUID, digest: bytes) -> Stamp:
        """Return a time stamp of a SHA-256 digest.

        Raises:
            StampUnavailable: no authority answers, or not with what can be believed.
        """
        ...


class Anchoring:
    """Has the newest checkpoint of each log stamped when the last stamp is old."""

    def __init__(self, desk: Desk, stamper: Stamper) -> None:
        self._desk, self._stamper = desk, stamper
        self._next_look, self._pause = 0.0, float(LOOK_SECONDS)

    def run_once(self) -> int:
        """Stamp what is due; a task of the worker. Return the number of stamps.

        While no authority answers, the checkpoints stay unstamped and are tried again, more and
        more seldom; the page about the evidence says so.
        """
        if monotonic() < self._next_look:
            return 0
        session = self._desk.session()
        found = organisations(session, self._desk.ledger.evidence)
        session.rollback()
        try:
            made = sum(self._anchor_if_due(one) for one in found)
        except StampUnavailable as error:
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            facts = {"reason": str(error), "next_try_in": self._pause}
            log.warning("no time stamp for the evidence log", extra=facts)
            made = 0
        else:
            self._pause = float(LOOK_SECONDS)
        self._next_look = monotonic() + self._pause
        return made

    def anchor(self, organisation_id: UUID) -> int:
        """Have the newest checkpoint stamped now, as after a batch of signatures.

        Returns:
            The number of stamps: none where there is no checkpoint or it has one.

        Raises:
            StampUnavailable: no time stamp can be had now.
        """
        desk, session = self._desk, self._desk.session()
        last = newest(session, desk.ledger, organisation_id)
        table = desk.ledger.anchor
        known = select(table.id).where(table.checkpoint_id == last.id) if last else None
        if last is None or known is None or session.scalar(known) is not None:
            session.rollback()
            return 0
        note, checkpoint_id = last.note, last.id
        session.rollback()  # nothing is held while an authority is asked
        digest = sha256(note.encode()).digest()
        stamp = self._stamper.stamp(organisation_id, digest)
        row = table(
            organisation_id=organisation_id,
            checkpoint_id=checkpoint_id,
            token=stamp.token,
            roots=stamp.roots,
            stamped_at=_read(stamp, digest),
        )
        try:
            with transaction(session):
                session.add(row)
                self._tell(session, organisation_id, stamp.token)
        except IntegrityError:
            return 0  # another worker was faster
        Keeper(desk).lay_copies(organisation_id)
        return 1

    def _tell(self, session: Session, organisation_id: UUID, token: bytes) -> None:
        """Append to the log that it was stamped, so that nobody takes the stamp away unseen."""
        act, kind = ANCHORED
        record_act(
            session,
            self._desk.ledger.audit,
            actor=Actor(organisation_id=organisation_id, name=KEEPER),
            act=act,
            subject=(kind, UUID(token_id(token))),
            at=SystemClock().now(),
            details={"sha256": sha256(token).hexdigest()},
        )

    def _anchor_if_due(self, organisation_id: UUID) -> int:
        desk, session = self._desk, self._desk.session()
        last = last_anchor(desk, organisation_id)
        session.rollback()
        is_due = last is None or (
            SystemClock().now() - last >= desk.rules.stamps and has_news(desk, organisation_id)
        )
        session.rollback()
        return self.anchor(organisation_id) if is_due else 0


def _read(stamp: Stamp, digest: bytes) -> datetime:
    """Return the time of a stamp that the stand-alone verifier accepts too."""
    try:
        return stamped(stamp.token, digest, stamp.roots)[0]
    except Bad as error:
        raise StampUnavailable("The time stamp does not verify.") from error
