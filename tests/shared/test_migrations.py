"""Migrations: up, down, up; a failing one leaves nothing; two at once run one after another."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from shared.db import engine_options
from shared.migrations import downgrade, upgrade

ENV = "from shared.migrations import run\nfrom tests.shared.toy import Base\nrun(Base.metadata)\n"
FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0001", None, None, None

def upgrade():
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table("child", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer,
            sa.ForeignKey("parent.id", ondelete="CASCADE"), nullable=False))
    op.execute("INSERT INTO parent VALUES (1)")
    op.execute("INSERT INTO child VALUES (1, 1)")

def downgrade():
    op.drop_table("child")
    op.drop_table("parent")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None

def upgrade():
    with op.batch_alter_table("parent", recreate="auto") as batch:
        batch.add_column(sa.Column("name", sa.String(20), nullable=False, server_default="x"))
        batch.alter_column("name", type_=sa.String(30))

def downgrade():
    with op.batch_alter_table("parent") as batch:
        batch.drop_column("name")
"""
BROKEN = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0003", "0002", None, None

def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO no_such_table VALUES (1)")

def downgrade():
    pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "50% of migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    (folder / "versions" / "0001_first.py").write_text(FIRST)
    (folder / "versions" / "0002_second.py").write_text(SECOND)
    return folder


def tables(database: str) -> set[str]:
    engine = create_engine(database, **engine_options(database))
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def value(database: str, query: str) -> object:
    engine = create_engine(database, **engine_options(database))
    try:
        with engine.connect() as connection:
            return connection.execute(text(query)).scalar()
    finally:
        engine.dispose()


def test_up_down_up(folder: Path, each_database_url: str) -> None:
    upgrade(folder, each_database_url)
    assert {"parent", "child"} <= tables(each_database_url)
    assert value(each_database_url, "SELECT version_num FROM alembic_version") == "0002"

    downgrade(folder, each_database_url, "base")
    assert not {"parent", "child"} & tables(each_database_url)

    upgrade(folder, each_database_url)
    assert value(each_database_url, "SELECT name FROM parent") == "x"


def test_rebuilt_table_keeps_the_rows_that_point_to_it(
    folder: Path, each_database_url: str
) -> None:
    """SQLite rebuilds the parent; with foreign keys on, dropping it would delete the child."""
    upgrade(folder, each_database_url)

    assert value(each_database_url, "SELECT count(*) FROM child") == 1


def test_failing_migration_leaves_nothing_of_itself(folder: Path, each_database_url: str) -> None:
    (folder / "versions" / "0003_broken.py").write_text(BROKEN)

    with pytest.raises(Exception, match="no_such_table"):
        upgrade(folder, each_database_url)

    assert "half" not in tables(each_database_url)
    assert value(each_database_url, "SELECT version_num FROM alembic_version") == "0002"


def test_upgrade_of_the_newest_does_nothing(folder: Path, each_database_url: str) -> None:
    upgrade(folder, each_database_url)
    upgrade(folder, each_database_url)

    assert value(each_database_url, "SELECT count(*) FROM parent") == 1


def test_migration_waits_for_another_one(folder: Path, postgres_url: str) -> None:
    """Two processes, because Alembic's context is one per process."""
    import subprocess  # noqa: PLC0415 - only here
    import sys  # noqa: PLC0415

    code = (
        "import sys; from pathlib import Path; from shared.migrations import upgrade; "
        "upgrade(Path(sys.argv[1]), sys.argv[2])"
    )
    command = [sys.executable, "-c", code, str(folder), postgres_url]

    with ThreadPoolExecutor(2) as pool:
        results = list(
            pool.map(lambda _n: subprocess.run(command, check=False, capture_output=True), range(2))
        )

    assert [result.returncode for result in results] == [0, 0], results[0].stderr
    assert value(postgres_url, "SELECT count(*) FROM parent") == 1
