"""The one blueprint of the API, and how rows are told."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema

from services.registry.models import Application, Call, Person, ReceivedList
from services.registry.seeing import seen
from services.registry.service.views import (
    application_with_files,
    applications_view,
    call_view,
    person_view,
)
from services.registry.service.work import Work
from shared.auth import Rule, roles, service

blp = Blueprint("registry", __name__, url_prefix="/api/v1", description="Registry")

OFFICE: Rule = roles("director", "assistant", "registrar")
INSIDE: Rule = roles(
    "director",
    "assistant",
    "registrar",
    "controller",
    "evaluator",
    "committee",
    "programme_committee",
    "assembly",
    "auditor",
)
EVALUATION: Rule = service("evaluation")
ANY_SERVICE: Rule = service("evaluation", "documents")


def call_json(work: Work, call: Call) -> dict[str, Any]:
    """Return the call with the version that a change has to name."""
    return {**call_view(work, call).__dict__, "version": call.version}


def application_json(work: Work, application: Application) -> dict[str, Any]:
    """Return the application with the version that a change has to name."""
    view = seen(work.actor, application_with_files(work, application))
    return {**view.__dict__, "version": application.version}


def applications_json(work: Work, applications: list[Application]) -> list[dict[str, Any]]:
    """Return many applications in a bounded number of queries."""
    views = applications_view(work, applications)
    return [
        {**seen(work.actor, view).__dict__, "version": row.version}
        for view, row in zip(views, applications, strict=True)
    ]


def person_json(person: Person) -> dict[str, Any]:
    """Return the person as those see who manage people."""
    facts = {"login": person.login, "is_active": person.is_active, "version": person.version}
    return {**person_view(person).__dict__, **facts}


def list_json(received: ReceivedList) -> dict[str, Any]:
    """Return a list of received applications."""
    names = (
        *("id", "call_id", "state", "rows", "document_id", "made_at", "made_by"),
        *("due", "deadline", "published_at", "late_reason", "version"),
    )
    return {name: getattr(received, name) for name in names}


def attributes(row: object, schema: type[Schema]) -> dict[str, Any]:
    """Return what the schema tells of a row, taken while its session is open."""
    return {name: getattr(row, name) for name in schema().fields}


def accepted(record_id: UUID) -> dict[str, UUID]:
    """Tell that a write was taken over."""
    return {"id": record_id}
