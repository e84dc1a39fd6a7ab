"""A toy service on the kernel: small tables, an API and a page of each kind of rule."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

from flask import Blueprint as Pages
from flask import Flask, Response, g, render_template_string, send_file, session
from flask_babel import gettext, lazy_gettext
from flask_smorest import Blueprint
from flask_sqlalchemy import SQLAlchemy
from marshmallow import fields, validate
from sqlalchemy import Engine, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from shared.actors import Actor
from shared.app import Ground, SeenTokenMixin, add_blueprints, build
from shared.auth import PUBLIC, SIGNED_IN, access, current_actor, delegates, roles, service
from shared.clock import Clock, FrozenClock
from shared.config import Settings
from shared.db import (
    TYPES,
    Keyed,
    Owned,
    Versioned,
    engine_options,
    new_metadata,
    prepare_engine,
    transaction,
)
from shared.errors import DomainError
from shared.events import CursorMixin, EventMixin
from shared.evidence.tables import declare_ledger
from shared.money import Money
from shared.openapi import MoneyJson, Strict
from shared.outbox import OutboxMixin
from shared.problems import Problem

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
ORGANISATION = UUID(int=7)


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class Thing(Keyed, Owned, Versioned, Base):
    __tablename__ = "thing"

    name: Mapped[str] = mapped_column(String(20), unique=True)
    price: Mapped[Money | None]
    at: Mapped[datetime | None]
    count: Mapped[int] = mapped_column(default=0)


class Counter(Base):
    __tablename__ = "counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class Outbox(OutboxMixin, Base):
    __tablename__ = "outbox"


class Event(EventMixin, Base):
    __tablename__ = "event"


class FeedCursor(CursorMixin, Base):
    __tablename__ = "feed_cursor"


LEDGER = declare_ledger(Base, "toy")
Audit = LEDGER.audit
Evidence = LEDGER.evidence


class SeenToken(SeenTokenMixin, Base):
    __tablename__ = "seen_token"


db = SQLAlchemy(metadata=Base.metadata)


class TooSmall(DomainError):
    """The thing is smaller than ``least``."""


class Unheard(DomainError):
    """An error that nobody gave words to."""


N_ = lazy_gettext
PROBLEMS = {TooSmall: Problem(409, "too-small", N_("Nejméně %(least)s, a to dne %(day)s."))}


class ToySettings(Settings):
    service: ClassVar[str] = "registry"
    colour: str = "blue"


class EvaluationSettings(Settings):
    service: ClassVar[str] = "evaluation"


class DocumentsSettings(Settings):
    service: ClassVar[str] = "documents"


class ThingIn(Strict):
    name = fields.String(required=True, validate=validate.Length(min=1, max=20))
    price = MoneyJson()
    size = fields.Integer(load_default=1)


class NameIn(Strict):
    name = fields.String()


class ThingOut(Strict):
    id = fields.UUID()
    name = fields.String()
    by = fields.String()


@contextmanager
def engine_for(address: str, *, is_new: bool = True) -> Iterator[Engine]:
    """Give an engine prepared as in a service, with the toy's tables."""
    engine = create_engine(address, **engine_options(address))
    prepare_engine(engine)
    if is_new:
        Base.metadata.create_all(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def sessions(engine: Engine) -> Callable[[], Session]:
    return sessionmaker(engine)


def person(*names: str, organisation: UUID = ORGANISATION) -> Actor:
    return Actor(
        organisation_id=organisation,
        organisation_name="MAS Hůrka",
        name="Jana Nováková",
        person_id=uuid4(),
        roles=frozenset(names),
        session_id=uuid4(),
    )


blp = Blueprint("things", "things", url_prefix="/api/v1")


@blp.get("/things/<uuid:thing_id>")
@blp.response(200, ThingOut)
@access(roles("director"), service("evaluation"))
def show(thing_id: UUID) -> dict[str, Any]:
    return {"id": thing_id, "name": "thing", "by": current_actor().name}


@blp.put("/things/<uuid:thing_id>")
@blp.arguments(ThingIn)
@blp.response(200, ThingOut)
@access(SIGNED_IN, service("evaluation"))
def put(values: dict[str, Any], thing_id: UUID) -> dict[str, Any]:
    if values["size"] < 0:
        raise TooSmall(least=Money.parse("1 900 000"), day=NOON.date())
    actor = current_actor()
    with transaction(db.session()) as opened:
        opened.add(Thing(id=thing_id, organisation_id=actor.organisation_id, name=values["name"]))
    return {"id": thing_id, "name": values["name"], "by": actor.name}


@blp.get("/list")
@blp.arguments(NameIn, location="query")
@access(PUBLIC)
def listing(values: dict[str, Any]) -> Response:
    return Response(values.get("name", ""))


@blp.post("/people-only")
@access(roles("director"))
def people_only() -> Response:
    return Response("ok")


@blp.post("/director-or-delegate")
@access(roles("director"), delegates("appoint_controllers"))
def director_or_delegate() -> Response:
    return Response("ok")


@blp.post("/service-only")
@access(service("evaluation"))
def service_only() -> Response:
    return Response("ok")


@blp.get("/forgotten")
def forgotten() -> Response:
    return Response("secret")


@blp.get("/broken")
@access(PUBLIC)
def broken() -> Response:
    raise RuntimeError("password=hunter2")


@blp.get("/unheard")
@access(PUBLIC)
def unheard() -> Response:
    raise Unheard(secret="hunter2")


@blp.get("/request-id")
@access(PUBLIC)
def show_request_id() -> Response:
    return Response(g.request_id)


pages = Pages("pages", __name__)
PAGE = "{% extends 'base.html' %}{% block content %}<h1>{{ text }}</h1>{% endblock %}"


@pages.get("/")
@access(PUBLIC)
def home() -> str:
    session["seen"] = int(session.get("seen", 0)) + 1
    return render_template_string(PAGE, text=gettext("Vítejte"))


@pages.get("/desk")
@access(roles("director"))
def desk() -> str:
    return render_template_string(PAGE, text=current_actor().name)


@pages.post("/desk")
@access(roles("director"))
def act() -> Response:
    return Response("done")


@pages.get("/service-page")
@access(service("evaluation"))
def service_page() -> Response:
    return Response("ok")


@pages.get("/forgotten")
def forgotten_page() -> Response:
    return Response("secret")


@pages.get("/file.pdf")
@access(PUBLIC)
def file() -> Response:
    return send_file(Path(__file__), mimetype="application/pdf")


@pages.get("/broken")
@access(PUBLIC)
def broken_page() -> Response:
    raise RuntimeError("password=hunter2")


def create_app(
    folder: Path,
    address: str,
    *,
    kind: type[Settings] = ToySettings,
    clock: Clock | None = None,
    **given: Any,
) -> Flask:
    """Build the toy service in *folder*."""
    values = {"var": folder, "database_url": address, "keys": folder / "keys", **given}
    settings = kind(**values)
    import_name = "tests.shared.toy"
    ground = Ground(
        import_name, settings, db, SeenToken, PROBLEMS, clock or FrozenClock(NOON), LEDGER
    )
    app, api = build(ground)
    add_blueprints(app, api, pages=[pages], api_parts=[blp])
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app
