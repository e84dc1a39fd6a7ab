"""What every use case of registry gets."""

import json
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registry.domain.delegations import Authority, Delegation, Entitlements, NotEntitled
from services.registry.domain.records import IdReused
from services.registry.domain.roles import Act, parse_roles
from services.registry.models import (
    Application,
    Audit,
    Call,
    Creation,
    DelegationRow,
    EventRow,
    Outbox,
    Person,
    ReceivedList,
    RegulationVersion,
)
from shared import work
from shared.contracts.codec import to_json
from shared.work import Tables


class Work(work.Work):
    """One use case at work."""

    tables: ClassVar[Tables] = Tables(Audit, EventRow, Outbox)

    def audit(self, act: str, subject: tuple[str, UUID], **details: Any) -> None:
        """Leave the audit entry of the act, with the version of the regulation behind it."""
        super().audit(act, subject, **{**self.regulation_facts(*subject), **details})

    def regulation_facts(self, kind: str, subject_id: UUID | None) -> dict[str, Any]:
        """Return which version of the regulation binds an act about this subject (R55, R100).

        It is the one that the call pins; an act about something outside calls has none, nor
        has an act about a draft for which none was chosen yet.
        """
        call = _call_behind(self.session, kind, subject_id) if subject_id else None
        if call is None or call.regulation_version_id is None:
            return {}
        version = self.session.get_one(RegulationVersion, call.regulation_version_id)
        return {"regulation_id": version.id, "regulation_version": version.label}

    def creates(self, record_id: UUID, kind: str, facts: Any) -> bool:
        """Tell whether this id is new; the same id with the same facts was made before.

        Raises:
            IdReused: the id belongs to other facts, another kind or another organisation.
        """
        print_now = fingerprint(facts)
        known = self.session.get(Creation, record_id)
        if known is None:
            self.session.add(
                Creation(
                    id=record_id,
                    organisation_id=self.organisation_id,
                    kind=kind,
                    fingerprint=print_now,
                )
            )
            return True
        is_same = (known.organisation_id, known.kind, known.fingerprint) == (
            self.organisation_id,
            kind,
            print_now,
        )
        if not is_same:
            raise IdReused(kind=kind)
        return False

    def entitled(self, act: Act) -> Authority:
        """Return the ground on which the acting person may do the act today.

        Roles and delegations are read afresh: a token may be some minutes old.

        Raises:
            NotEntitled: neither role nor delegation gives the right.
        """
        entitlements = self._entitlements()
        if entitlements is None:
            raise NotEntitled(act=act.value, roles=())
        return entitlements.authority(act, self.today)

    def allowed(self) -> frozenset[Act]:
        """Return every act that the acting person may do today, for a page that offers several."""
        entitlements = self._entitlements()
        if entitlements is None:
            return frozenset()
        return frozenset(act for act in Act if entitlements.cover(act, self.today))

    def _entitlements(self) -> Entitlements | None:
        person = self.session.get(Person, self.actor.person_id) if self.actor.person_id else None
        if person is None or person.organisation_id != self.organisation_id or not person.is_active:
            return None
        return Entitlements(person.id, parse_roles(person.roles), self._delegations_to(person.id))

    def _delegations_to(self, person_id: UUID) -> list[Delegation]:
        query = select(DelegationRow).where(
            DelegationRow.organisation_id == self.organisation_id,
            DelegationRow.delegate_id == person_id,
        )
        return [delegation_of(row) for row in self.session.scalars(query)]


def delegation_of(row: DelegationRow) -> Delegation:
    """Return the stored delegation as a value."""
    return Delegation(
        row.id, Act(row.act), row.delegate_id, row.valid_from, row.valid_to, row.revoked_on
    )


def _call_behind(session: Session, kind: str, subject_id: UUID) -> Call | None:
    """Return the call that a subject of an act belongs to."""
    if kind == "application":
        application = session.get(Application, subject_id)
        return application.call if application else None
    if kind == "received_list":
        received = session.get(ReceivedList, subject_id)
        return session.get(Call, received.call_id) if received else None
    return session.get(Call, subject_id) if kind == "call" else None


def fingerprint(facts: Any) -> str:
    """Return the SHA-256 of the facts, the same for the same facts."""
    text = json.dumps(to_json(facts), sort_keys=True, ensure_ascii=False, default=str)
    return sha256(text.encode()).hexdigest()
