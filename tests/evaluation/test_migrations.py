"""The migrations make exactly the tables of the models, up and down and up again."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

import services.evaluation
from services.evaluation.models import Base
from shared import migrations
from shared.db import engine_options

FOLDER = Path(services.evaluation.__file__).parent / "migrations"


def test_up_down_up_leads_to_the_tables_of_the_models(each_database_url: str) -> None:
    address = each_database_url

    migrations.upgrade(FOLDER, address)
    migrations.downgrade(FOLDER, address, "base")
    engine = create_engine(address, **engine_options(address))
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(FOLDER, address)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()
