"""On PostgreSQL a role of its own serves: it adds to the evidence and can do nothing else to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from services.registry.__main__ import SERVICE as REGISTRY
from shared import migrations
from shared.config import SettingsError
from shared.rights import APPEND_ONLY, grant_serving_role
from tests.databases import Cluster
from tests.house.apps import service_of
from tests.house.tree import SERVICES

pytestmark = pytest.mark.one_database

KEPT = {
    "audit",
    "evidence",
    "evidence_anchor",
    "evidence_check",
    "evidence_checkpoint",
    "evidence_epoch",
}
EVIDENCE = (
    "INSERT INTO evidence (id, organisation_id, place, content, previous, hash)"
    " VALUES (:key, :key, 0, :hash, :hash, :hash)"
)
"""One row, so that a statement that is let through would change something."""


@dataclass
class Roles:
    """A migrated database with its two roles."""

    owner: str
    serving: str
    engine: Engine
    """As the serving role."""


@pytest.fixture(scope="module", params=SERVICES)
def roles(request: pytest.FixtureRequest, postgres: Cluster) -> Iterator[Roles]:
    service, postgres_url = service_of(request.param), postgres.create_database()
    names = [f"{kind}_{uuid4().hex[:8]}" for kind in ("owner", "serving")]
    plain = make_url(postgres_url)
    with psycopg.connect(
        host="127.0.0.1", port=postgres.port, user="postgres", dbname=plain.database
    ) as admin:
        for name in names:
            admin.execute(f"CREATE ROLE {name} LOGIN".encode())
        admin.execute(f"ALTER DATABASE {plain.database} OWNER TO {names[0]}".encode())
        admin.execute(f"ALTER SCHEMA public OWNER TO {names[0]}".encode())
    owner, serving = (
        plain.set(username=name).render_as_string(hide_password=False) for name in names
    )
    migrations.upgrade(service.folder / "migrations", owner)
    grant_serving_role(owner, serving, service.ledger.metadata)
    engine = create_engine(serving)
    with engine.begin() as connection:
        connection.execute(text(EVIDENCE), {"key": uuid4(), "hash": bytes(32)})
    yield Roles(owner, serving, engine)
    engine.dispose()
    postgres.drop_database(postgres_url)


def refused(roles: Roles, statement: str) -> str:
    """Return why the database refused; the test fails when it did not."""
    with pytest.raises(ProgrammingError) as error, roles.engine.begin() as connection:
        connection.execute(text(statement))
    assert isinstance(error.value.orig, psycopg.errors.InsufficientPrivilege), error.value
    return str(error.value.orig)


def test_the_serving_role_only_reads_and_adds_what_must_not_change(roles: Roles) -> None:
    query = (
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = current_user"
    )
    with roles.engine.connect() as connection:
        rights: dict[str, set[str]] = {}
        for table, right in connection.execute(text(query)):
            rights.setdefault(table, set()).add(right)

    assert all(rights[table] == {"SELECT", "INSERT"} for table in KEPT)
    assert rights["alembic_version"] == {"SELECT"}
    assert rights["outbox"] == {"SELECT", "INSERT", "UPDATE", "DELETE"}


@pytest.mark.parametrize("table", sorted(KEPT))
def test_it_can_neither_change_nor_remove_a_row(roles: Roles, table: str) -> None:
    column = "number = number" if table == "evidence_epoch" else "id = id"
    for statement in (
        f"UPDATE {table} SET {column}",  # noqa: S608 - own names
        f"DELETE FROM {table}",  # noqa: S608 - own names
        f"TRUNCATE {table}",
        f"TRUNCATE {table} CASCADE",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table} ADD COLUMN more integer",
        f"ALTER TABLE {table} RENAME TO other",
        f"CREATE RULE nothing AS ON INSERT TO {table} DO INSTEAD NOTHING",
    ):
        refused(roles, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER evidence_no_change ON evidence",
        "ALTER TABLE evidence DISABLE TRIGGER evidence_no_change",
        "ALTER TABLE evidence DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION refuse_to_change_evidence() RETURNS trigger"
        " LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "DROP FUNCTION refuse_to_change_evidence() CASCADE",
        "CREATE TRIGGER other BEFORE INSERT ON evidence FOR EACH ROW"
        " EXECUTE FUNCTION refuse_to_change_evidence()",
        "CREATE TABLE mine (id integer)",
        "ALTER TABLE evidence OWNER TO CURRENT_USER",
        "UPDATE alembic_version SET version_num = '0000'",
    ],
)
def test_it_can_not_switch_off_what_guards_them(roles: Roles, statement: str) -> None:
    refused(roles, statement)


def test_what_the_product_works_with_it_may_change(roles: Roles) -> None:
    with roles.engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET attempts = 0"))
        connection.execute(text("DELETE FROM seen_token"))
        assert connection.scalar(text("SELECT count(*) FROM evidence")) == 1


def test_a_role_that_could_give_itself_rights_is_refused(roles: Roles) -> None:
    tables = REGISTRY.ledger.metadata
    superuser = make_url(roles.serving).set(username="postgres").render_as_string()
    for serving in (roles.owner, superuser, "sqlite:///x"):
        with pytest.raises(SettingsError):
            grant_serving_role(roles.owner, serving, tables)
    with pytest.raises(SettingsError):
        grant_serving_role("sqlite:///x", roles.serving, tables)


@pytest.mark.parametrize("name", SERVICES)
def test_every_guarded_table_is_only_added_to(name: str) -> None:
    tables = service_of(name).ledger.metadata.tables
    marked = {table for table, one in tables.items() if one.info.get(APPEND_ONLY)}

    assert marked >= KEPT
