"""Alembic, driven from the service's settings: the same for every service.

A service's ``migrations/env.py`` is two lines: it hands its metadata to :func:`run`.
"""

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, pool

from shared.db import engine_options, prepare_engine


def config_for(folder: Path, database: str) -> Config:
    """Return the Alembic configuration for the migrations in *folder*."""
    config = Config()
    config.set_main_option("script_location", str(folder))
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
    options = {k: v for k, v in engine_options(database).items() if not k.startswith("pool")}
    engine = create_engine(database, poolclass=pool.NullPool, **options)
    prepare_engine(engine)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
            user_module_prefix="shared.db.",
        )
        with context.begin_transaction():
            context.run_migrations()
