"""Checking the evidence logs of a service against its audit trail."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.audit import AuditMixin
from shared.evidence.entries import Fault, first_fault
from shared.evidence.log import kept_entries


@dataclass(frozen=True)
class Checked:
    """What was found about the log of one organisation."""

    log: str
    size: int
    """Number of entries."""
    fault: Fault | None
    unvouched: int
    """Audit entries that no entry vouches for: somebody wrote them past the product."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, as far as the database alone can tell."""
        return self.fault is None and self.unvouched == 0


def check_logs(session: Session, audit: type[AuditMixin]) -> Iterator[Checked]:
    """Read every log of the service and judge it.

    A cut tail and a log rewritten as a whole are not seen from the inside of the database.
    """
    table = audit.evidence
    logs = select(table.organisation_id).union(select(audit.organisation_id))
    for organisation_id in sorted(session.scalars(logs)):
        of_log = select(func.count()).where(table.organisation_id == organisation_id)
        vouched = select(table.id).where(table.id == audit.id)
        of_nobody = select(func.count()).where(
            audit.organisation_id == organisation_id, ~vouched.exists()
        )
        log = table.name_of(organisation_id)
        yield Checked(
            log=log,
            size=session.scalar(of_log) or 0,
            fault=first_fault(log, kept_entries(session, table, audit, organisation_id)),
            unvouched=session.scalar(of_nobody) or 0,
        )
