"""Another organisation of the same installation: it finds nothing here and changes nothing here.

Every operation of every description, and every page, is tried by a person who has all roles, but in
the neighbouring organisation, with the ids of everything that exists here.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, cast
from uuid import UUID, uuid4

import pytest
from flask import Flask
from schemathesis import Case, GenerationMode, Response
from sqlalchemy import Table, select

from services.documents.models import Base as DocumentsBase
from services.documents.models import db as documents_db
from services.evaluation.models import Base as EvaluationBase
from services.evaluation.models import db as evaluation_db
from services.registry.models import Base as RegistryBase
from services.registry.models import Person
from services.registry.models import db as registry_db
from services.registry.service.bootstrap import NewOrganisation, found_organisation
from shared.actors import ROLES, Actor
from shared.auth import ASSETS, COOKIE
from shared.keys import KeyRing
from shared.tokens import make_person_token
from tests.contracts.hostile import Attack
from tests.contracts.stage import Stage, open_stage
from tests.contracts.three import Everybody, open_evaluation, prepare_evaluation
from tests.documents.offices import letter
from tests.house.apps import methods_of, openapi_of
from tests.registry.office import PASSWORD

MODELS: dict[str, tuple[Any, Any]] = {
    "registry": (RegistryBase, registry_db),
    "evaluation": (EvaluationBase, evaluation_db),
    "documents": (DocumentsBase, documents_db),
}
EXAMPLES = 3
WITHOUT_OWNER = (
    "evidence_epoch",
    "feed_cursor",
    "seen_token",
    "sign_in_attempt",
    "apart_clock",
    "database_place",
    "sender_turn",
    "state_look",
    "store_check",
    "stored_fault",
)
"""Tables of the installation, not of an organisation."""


class Neighbour(Attack):
    """Good requests only, always with ids of the other organisation; an answer is a leak."""

    modes = (GenerationMode.POSITIVE,)
    share_known: ClassVar = {GenerationMode.POSITIVE: 1.0}

    def _judge(self, case: Case, reply: Response) -> None:
        theirs = [
            name
            for name, value in (case.path_parameters or {}).items()
            if value in self.known.get(name, ())
        ]
        if theirs and reply.status_code < 400:
            self._keep(case, f"let a neighbour in by {theirs}", reply, "")
        found = set(self.ids()) & set(re.findall(r"[0-9a-f-]{36}", reply.text))
        sent = f"{case.path_parameters} {case.query} {case.body}"
        told = sorted(one for one in found if one not in sent)
        if told:
            self._keep(case, "told a neighbour ids", reply, str(told))

    def ids(self) -> list[str]:
        return [one for values in self.known.values() for one in values]


@pytest.fixture
def own_stage(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Stage]:
    with open_stage(tmp_path, new_database(), new_database()) as opened:
        yield opened


@pytest.fixture
def header(own_stage: Stage) -> Callable[[], str]:
    """Return a maker of headers for the neighbour, whose organisation really exists."""
    new = NewOrganisation(
        name="MAS Sousední",
        slug="soused",
        login="soused.reditel",
        director_name="Karel Soused",
        password=PASSWORD,
        email="reditel@soused.cz",
    )
    office = own_stage.registry
    with office.app.app_context():
        organisation_id = found_organisation(registry_db.session(), new, office.clock.now())
        director = registry_db.session.scalars(
            select(Person).where(Person.organisation_id == organisation_id)
        ).one()
        director.roles = list(ROLES)
        person_id = director.id
        registry_db.session.commit()
    actor = Actor(
        organisation_id=organisation_id,
        organisation_name=new.name,
        name=new.director_name,
        person_id=person_id,
        roles=frozenset(ROLES),
    )
    keys = KeyRing(own_stage.folder / "keys", "registry")
    return lambda: f"Bearer {make_person_token(keys, actor)}"


@pytest.fixture
def apps(own_stage: Stage, new_database: Callable[[], str]) -> Iterator[dict[str, Flask]]:
    """All three services with something of the first organisation in each."""
    who = Everybody(own_stage)
    with open_evaluation(own_stage, new_database()) as evaluation:
        prepare_evaluation(own_stage, evaluation, who)
        made = own_stage.documents.service(
            "PUT", f"/documents/{uuid4()}", letter(who.actor), who.actor
        )
        assert made.status_code == 200, made.text
        yield {
            "registry": own_stage.registry.app,
            "evaluation": evaluation,
            "documents": own_stage.documents.app,
        }


def rows_of(
    name: str, app: Flask, organisation_id: UUID, *, is_owner: bool
) -> dict[str, list[str]]:
    """Return each row of the organisation, or each row of all others, table by table."""
    base, database = MODELS[name]
    found = {}
    with app.app_context():
        for table in base.metadata.sorted_tables:
            owner = table.c.id if table.name == "organisation" else table.c.get("organisation_id")
            if owner is None:
                assert table.name in WITHOUT_OWNER, f"{table.name} belongs to nobody"
                continue
            mine = owner == organisation_id if is_owner else owner != organisation_id
            found[table.name] = sorted(
                map(repr, database.session.execute(select(table).where(mine)))
            )
        database.session.rollback()
    return found


def known_of(name: str, app: Flask, organisation_id: UUID) -> dict[str, list[str]]:
    """Return the ids that exist in the organisation, by the names in the paths."""
    base, database = MODELS[name]
    found: dict[str, list[str]] = {}
    with app.app_context():
        for table in cast("list[Table]", base.metadata.sorted_tables):
            if "organisation_id" in table.c and "id" in table.c:
                mine = select(table.c.id).where(table.c.organisation_id == organisation_id).limit(5)
                ids = [str(one) for one in database.session.scalars(mine)]
                for word in table.name.split("_") if ids else ():
                    found.setdefault(f"{word}_id", []).extend(ids)
        database.session.rollback()
    return found


FOR_EVERYBODY = {"pages.verify_record"}
"""What the QR code of a document leads to: whether it exists, and its hashes; nothing it says."""


@pytest.mark.parametrize("name", MODELS)
def test_a_neighbour_gets_and_changes_nothing(
    name: str, own_stage: Stage, apps: dict[str, Flask], header: Callable[[], str]
) -> None:
    app, home = apps[name], own_stage.registry.organisation_id
    known = known_of(name, app, home)
    assert known, "nothing exists that a neighbour could reach for"
    before = rows_of(name, app, home, is_owner=True)

    attack = Neighbour(app, openapi_of(name), known)
    attack.run(header, EXAMPLES)
    statuses, shown = open_pages(app, header(), known)
    faults = {**attack.faults, **shown}

    print(dict(sorted(attack.statuses.items())), statuses)
    assert not faults, "\n\n".join(f"{place}\n{text}" for place, text in faults.items())
    assert rows_of(name, app, home, is_owner=True) == before
    assert attack.statuses.get(404, 0) > 10, attack.statuses
    assert statuses.count(404) >= 3, statuses
    if name != "documents":  # it keeps ids of cases and calls as its callers give them
        assert linked_rows(name, app, home, attack.ids()) == []


def linked_rows(name: str, app: Flask, home: UUID, ids: list[str]) -> list[str]:
    """Return rows of others that point to something of this organisation."""
    others = rows_of(name, app, home, is_owner=False)
    return [
        f"{table}: {row}"
        for table, rows in others.items()
        for row in rows
        if any(one in row for one in ids)
    ]


def open_pages(
    app: Flask, header: str, known: dict[str, list[str]]
) -> tuple[list[int], dict[str, str]]:
    """Open each page with ids of this organisation as the neighbour.

    Returns:
        The statuses of the pages that name something, and what a page showed by mistake.
    """
    client = app.test_client()
    client.set_cookie(COOKIE, header.removeprefix("Bearer "))
    ids = {one for values in known.values() for one in values}
    shown: dict[str, str] = {}
    statuses = []
    for route in app.url_map.iter_rules():
        names = sorted(route.arguments)
        is_public = "public" in route.rule or route.endpoint in {*ASSETS, *FOR_EVERYBODY}
        if "/api/" in route.rule or is_public or "GET" not in methods_of(route):
            continue
        values = {one: known[one][0] for one in names if known.get(one)}
        if set(values) != set(names):
            continue
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(route.endpoint, values)
        reply = client.get(path)
        if values:
            statuses.append(reply.status_code)
        if values and reply.status_code < 400:
            shown[f"GET {path}"] = f"{reply.status_code} {reply.headers.get('Location', '')}"
        told = ids & set(re.findall(r"[0-9a-f-]{36}", reply.data.decode(errors="replace"))) - set(
            values.values()
        )
        if told:
            shown[f"GET {path} told"] = str(told)
    return statuses, shown
