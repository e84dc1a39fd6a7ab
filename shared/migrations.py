"""Alembic, driven from the service's settings: the same for every service.

A service's ``migrations/env.py`` is two lines: it hands its metadata to :func:`run`.
"""

from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, pool, text
from sqlalchemy.engine import Connection

from shared.db import engine_options, prepare_engine

MIGRATION_LOCK = 7_201_937


def config_for(folder: Path, database: str) -> Config:
    """Return the Alembic configuration for the migrations in *folder*."""
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["database"] = database
    return config


def upgrade(folder: Path, database: str, revision: str = "head") -> None:
    """Bring the database to *revision*."""
    command.upgrade(config_for(folder, database), revision)


def downgrade(folder: Path, database: str, revision: str) -> None:
    """Take the database back to *revision*."""
    command.downgrade(config_for(folder, database), revision)


def run(metadata: MetaData) -> None:
    """Run the migrations; called by ``env.py``."""
    database = context.config.attributes["database"]
    # One connection and no pool: what engine_options says of a pool does not apply.
    options = {k: v for k, v in engine_options(database).items() if k in ("module", "connect_args")}
    engine = create_engine(database, poolclass=pool.NullPool, **options)
    prepare_engine(engine)
    with engine.connect() as connection:
        _prepare(connection)
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
            # True on SQLite too, because prepare_engine says BEGIN itself: all of it or nothing.
            transactional_ddl=True,
            user_module_prefix="shared.db.",
        )
        with context.begin_transaction():
            context.run_migrations()


def _prepare(connection: Connection) -> None:
    """Let one migration run at a time, and let SQLite rebuild tables that others point to."""
    if connection.dialect.name == "postgresql":
        for limit in ("lock_timeout", "statement_timeout"):  # it lasts as long as it has to
            connection.execute(text(f"SET {limit} = 0"))
        # Held until the connection is closed.
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
    elif connection.dialect.name == "sqlite":
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # counts only outside a transaction
