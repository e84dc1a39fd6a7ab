"""Settings of the organisation, and periods of a call before it is announced."""

from typing import Any
from uuid import UUID

from services.registry.api.blueprint import INSIDE, blp, call_json
from services.registry.desk import looking, working
from services.registry.domain.settings import Settings
from services.registry.schemas import settings as schemas
from services.registry.service import settings
from services.registry.service.work import Work
from shared.auth import access, roles
from shared.deadlines import DeadlineRules


@blp.get("/settings")
@blp.response(200, schemas.SettingsOut)
@access(INSIDE)
def get_settings() -> dict[str, Any]:
    """Return the settings in force; version 0 means the defaults."""
    return _settings(looking())


@blp.put("/settings")
@blp.arguments(schemas.SettingsIn)
@blp.response(200, schemas.SettingsOut)
@access(roles("director"))
def put_settings(body: dict[str, Any]) -> dict[str, Any]:
    """Replace the settings; calls that are announced keep theirs."""
    wanted = Settings(body["usual_calls"], DeadlineRules.from_json(body["deadlines"]))
    with working() as work:
        settings.change_settings(work, wanted, body["version"])
        work.session.flush()
        return _settings(work)


@blp.put("/calls/<uuid:call_id>/deadlines")
@blp.arguments(schemas.CallDeadlinesIn)
@blp.response(200, schemas.CallDeadlinesOut)
@access(roles("director"))
def put_call_deadlines(body: dict[str, Any], call_id: UUID) -> dict[str, Any]:
    """Give a call periods of its own; ``null`` means those of the organisation."""
    given = body["deadlines"]
    rules = None if given is None else DeadlineRules.from_json(given)
    with working() as work:
        call = settings.set_call_deadlines(work, call_id, rules, body["version"])
        work.session.flush()
        return call_json(work, call)


def _settings(work: Work) -> dict[str, Any]:
    present, row = settings.settings_of(work), settings.settings_row(work)
    return {
        "usual_calls": present.usual_calls,
        "deadlines": present.deadlines.to_json(),
        "version": row.version if row else 0,
    }
