"""Organisations, people, their sessions, delegations and the members who get mail."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models.base import Base
from shared.db import Keyed, Owned, Versioned


class Organisation(Keyed, Versioned, Base):
    """A local action group (MAS)."""

    __tablename__ = "organisation"

    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    """Part of the permanent addresses of public pages."""
    ic: Mapped[str | None] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    data_box_id: Mapped[str | None] = mapped_column(String(7))
    created_at: Mapped[datetime]


class Person(Keyed, Owned, Versioned, Base):
    """A person of the organisation; how the person signs in stands in ``Credential``."""

    __tablename__ = "person"

    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    function: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str | None] = mapped_column(String(254))
    roles: Mapped[list[str]]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Credential(Keyed, Owned, Base):
    """One way in which a person proves who signs in; a person may have several (ADR 8)."""

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("person_id", "kind", "handle"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """``password``; one-time codes, passkeys and identity providers will be further kinds."""
    handle: Mapped[str] = mapped_column(String(255), default="")
    """Tells several of one kind apart: a passkey's id, a subject at a provider."""
    secret: Mapped[str] = mapped_column(Text)
    """What a proof is checked against: the Argon2id hash of a password."""
    set_by: Mapped[UUID]
    """Who chose it; a first password is chosen by whoever made the account."""
    set_at: Mapped[datetime]
    """Real time."""


class SignInSession(Keyed, Owned, Base):
    """A session on the server; real time."""

    __tablename__ = "sign_in_session"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in the cookie; the secret itself is nowhere kept."""
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(200), default="")
    address_mark: Mapped[str] = mapped_column(String(64), default="")
    """Keyed hash of the network address, by which it is known again."""


class PasswordLink(Keyed, Owned, Base):
    """A link with which a person sets a new password, sent to the own e-mail; real time."""

    __tablename__ = "password_link"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in the link; made when the message leaves, kept nowhere else."""
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """When it was used, or gave way to a newer one."""


class SignInAttempt(Keyed, Base):
    """An attempt at a password that was not good; real time. Kept for as long as it counts."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "login_hash", "at"), Index(None, "address_mark", "at"))

    login_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256: what people type by mistake into this field may be a password."""
    address_mark: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime]


class DelegationRow(Keyed, Owned, Base):
    """The director lets a person do one act in a period."""

    __tablename__ = "delegation"

    act: Mapped[str] = mapped_column(String(40))
    delegator_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    delegate_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    revoked_on: Mapped[date | None]
    given_at: Mapped[datetime]


class Member(Keyed, Owned, Versioned, Base):
    """A member of the MAS who is told about calls by e-mail."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("organisation_id", "email"),)

    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
