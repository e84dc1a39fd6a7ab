"""What is known of an account with ISDS: whether its login was refused, until when it was heard."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.documents.models.base import Base


class LoginBreaker(Base):
    """While there is a row nobody logs in with this account, but for one trial at a time."""

    __tablename__ = "login_breaker"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Stands for address and login name or certificate; see ``IsdsSettings.isds_account``."""
    organisation_id: Mapped[UUID | None]
    """Whose data box it is; ``None`` if nobody said so and there are several organisations."""
    code: Mapped[str] = mapped_column(String(3))
    """Status with which ISDS refused."""
    refusals: Mapped[int]
    """One after another."""
    refused_at: Mapped[datetime]
    """Real time, of the last one."""
    next_trial_at: Mapped[datetime]
    """Real time; before it only a person lets anybody log in."""


class StateLook(Base):
    """Until when every change of messages that were thought done was heard."""

    __tablename__ = "state_look"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_until: Mapped[datetime]
    """Process clock, which is that of the data boxes."""
