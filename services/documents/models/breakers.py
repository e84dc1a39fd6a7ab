"""What is known of an account with ISDS: a refused login, an outage, until when it was heard."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.documents.domain.refused_logins import LONGEST_CODE
from services.documents.models.base import Base


class LoginBreaker(Base):
    """While there is a row nobody logs in with this account, but for one trial at a time."""

    __tablename__ = "login_breaker"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Stands for address and login name or certificate; see ``IsdsSettings.isds_account``."""
    organisation_id: Mapped[UUID | None]
    """Whose data box it is; ``None`` if nobody said so and there are several organisations."""
    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    """Why: one of ``refused_logins.LOGIN_REFUSED``."""
    refusals: Mapped[int]
    """One after another."""
    refused_at: Mapped[datetime]
    """Real time, of the last one."""
    next_trial_at: Mapped[datetime]
    """Real time; before it only a person lets anybody log in."""


class IsdsOutage(Base):
    """While there is a row ISDS does not answer, though it announced nothing; people see it."""

    __tablename__ = "isds_outage"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    organisation_id: Mapped[UUID | None]
    """As of the refused login."""
    since: Mapped[datetime]
    """Real time of the first call without an answer."""
    code: Mapped[str] = mapped_column(String(20))
    """How the last call failed: one of ``delivery.port``."""
    next_trial_at: Mapped[datetime]
    """Real time."""


class LoginEnd(Base):
    """When a part of a login ends, as it was seen last."""

    __tablename__ = "login_end"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    """See ``IsdsSettings.isds_account``."""
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    """``certificate`` or ``password``."""
    organisation_id: Mapped[UUID]
    """Whose data box it is."""
    ends_at: Mapped[datetime]
    reminded: Mapped[int]
    """The last reminder that was told (60, 30 or 7 days); 0 before the first."""


class SenderTurn(Base):
    """Which process sends for the account; no other one does at the same time."""

    __tablename__ = "sender_turn"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    """The process; see ``adapters.processes``."""
    holds_until: Mapped[datetime]
    """Real time after which it counts as gone, unless it says a word before."""


class StateLook(Base):
    """Until when every change of messages that were thought done was heard."""

    __tablename__ = "state_look"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_until: Mapped[datetime]
    """Process clock, which is that of the data boxes."""
