"""Deliveries that need a person, for the first page; whoever made a document asks to sign it."""

from typing import Any

from services.documents.api.blueprint import blp
from services.documents.desk import looking
from services.documents.tasks import (
    certificates_to_renew,
    clocks_to_set,
    deliveries_to_do,
    dispatches_to_approve,
    keys_to_see,
    logins_to_mend,
    outage_to_see,
    recipients_to_tell,
    risks_to_see,
    stop_to_end,
)
from shared.auth import access, service
from shared.web.tasks import TasksOut, by_deadline


@blp.get("/tasks")
@blp.response(200, TasksOut)
@access(service("evaluation"))
def list_tasks() -> dict[str, Any]:
    """List what the person can see to now: money, deliveries, signatures, certificates, risks."""
    work = looking()
    found = [
        *stop_to_end(work),
        *dispatches_to_approve(work),
        *deliveries_to_do(work),
        *keys_to_see(work),
    ]
    found += [*recipients_to_tell(work), *certificates_to_renew(work), *risks_to_see(work)]
    found += [*clocks_to_set(work), *logins_to_mend(work), *outage_to_see(work)]
    return {"tasks": by_deadline(found)}
