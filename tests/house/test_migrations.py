"""Migrations are numbered in one line and make exactly the tables of the models."""

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Inspector, MetaData, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from shared import migrations
from shared.db import engine_options
from shared.evidence import first_migration
from tests.house.releases import latest_release, released_text
from tests.house.tree import ROOT, SERVICES

every_service = pytest.mark.parametrize("name", SERVICES)

HEADS = {"registry": "0001", "evaluation": "0001", "documents": "0001"}
"""The last revision of each service. Whoever adds one writes it here, so that two people who add
one at the same time meet in this file and not in a database."""


def folder_of(name: str) -> Path:
    return ROOT / "services" / name / "migrations"


def metadata_of(name: str) -> MetaData:
    found: MetaData = importlib.import_module(f"services.{name}.models").Base.metadata
    return found


@pytest.mark.one_database
@every_service
def test_revisions_are_numbered_in_one_line(name: str) -> None:
    scripts = ScriptDirectory.from_config(migrations.config_for(folder_of(name), ""))
    walked = list(scripts.walk_revisions())[::-1]
    files = sorted(path.stem for path in (folder_of(name) / "versions").glob("*.py"))

    numbers = [f"{number:04d}" for number in range(1, len(files) + 1)]
    assert [file.partition("_")[0] for file in files] == numbers
    assert [step.revision for step in walked] == numbers
    assert [step.down_revision for step in walked] == [None, *numbers[:-1]]
    assert scripts.get_heads() == [HEADS[name]] == numbers[-1:]


@pytest.mark.one_database
@every_service
def test_released_migrations_are_not_rewritten(name: str) -> None:
    release = latest_release()
    parts = [*(folder_of(name) / "versions").glob("*.py"), Path(first_migration.__file__)]
    changed = [
        path.name
        for path in parts
        if (then := released_text(release, str(path.relative_to(ROOT)))) is not None
        and then != path.read_text("utf-8")
    ]

    assert changed == [], f"released with {release}: add a new one instead"


# On SQLite an index over an expression or a condition cannot be read back in full.
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@every_service
def test_up_down_and_up_again_leads_to_the_models(name: str, each_database_url: str) -> None:
    folder, metadata = folder_of(name), metadata_of(name)
    engine = create_engine(each_database_url, **engine_options(each_database_url))

    migrations.upgrade(folder, each_database_url)
    migrated = picture(engine)
    migrations.downgrade(folder, each_database_url, "base")
    left = picture(engine)
    metadata.create_all(engine)
    created = picture(engine)
    metadata.drop_all(engine)
    migrations.upgrade(folder, each_database_url)

    assert left == {}
    assert migrated.keys() == created.keys()
    assert [table for table in created if migrated[table] != created[table]] == []
    assert picture(engine) == migrated
    assert differences(engine, metadata) == []
    engine.dispose()


@every_service
def test_the_migrated_database_guards_the_evidence_log(name: str, each_database_url: str) -> None:
    migrations.upgrade(folder_of(name), each_database_url)
    engine = create_engine(each_database_url, **engine_options(each_database_url))
    row = {"key": uuid4().hex, "hash": bytes(32)}
    insert = (
        "INSERT INTO evidence (id, organisation_id, place, content, previous, hash)"
        " VALUES (:key, :key, 0, :hash, :hash, :hash)"
    )
    with engine.begin() as connection:
        connection.execute(text(insert), row)

    for statement in ("UPDATE evidence SET place = 1", "DELETE FROM evidence"):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()


def differences(engine: Engine, metadata: MetaData) -> list[Any]:
    """Return what Alembic would put into the next migration."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def picture(engine: Engine) -> dict[str, Any]:
    """Return what the database says of its tables, beyond what Alembic compares."""
    inspector = inspect(engine)
    tables = set(inspector.get_table_names()) - {"alembic_version"}
    return {table: _table(inspector, table) for table in sorted(tables)}


def _table(inspector: Inspector, table: str) -> dict[str, Any]:
    columns = inspector.get_columns(table)
    return {
        "columns": _sorted({**one, "type": str(one["type"])} for one in columns),
        "primary key": inspector.get_pk_constraint(table),
        "foreign keys": _sorted(inspector.get_foreign_keys(table)),
        "unique": _sorted(inspector.get_unique_constraints(table)),
        "checks": _sorted(inspector.get_check_constraints(table)),
        "indexes": _sorted(map(_index, inspector.get_indexes(table))),
    }


def _index(told: Any) -> dict[str, Any]:
    """Return an index with its condition as text, so that two can be compared."""
    options = {name: str(value) for name, value in told.get("dialect_options", {}).items()}
    return {**told, "dialect_options": options}


def _sorted(found: Iterable[Any]) -> list[dict[str, Any]]:
    return sorted((dict(one) for one in found), key=lambda one: str(one["name"]))
