"""What waits for a person in registry, for her first page."""

from typing import Any

from services.registry.api.blueprint import EVALUATION, blp
from services.registry.desk import looking
from services.registry.service.waiting import waiting_for
from services.registry.tasks import task_of
from shared.auth import access
from shared.web.tasks import TasksOut, by_deadline


@blp.get("/tasks")
@blp.response(200, TasksOut)
@access(EVALUATION)
def list_tasks() -> dict[str, Any]:
    """List the acts that the person of the calling service can do now."""
    return {"tasks": by_deadline(task_of(item) for item in waiting_for(looking()))}
