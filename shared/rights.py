"""Rights of the role that serves, where another role owns the tables (PostgreSQL).

Whoever breaks into a service has its role: it can read and write what the product works with, and
it can only add to what the product must never change. It owns nothing, so it can neither switch
off nor drop what guards a table.
"""

from sqlalchemy import Connection, MetaData, create_engine, pool, text
from sqlalchemy.engine import make_url

from shared.config import SettingsError

APPEND_ONLY = "append_only"
"""Mark in ``Table.info`` of tables whose rows are never changed."""


def grant_serving_role(owner: str, serving: str, metadata: MetaData) -> None:
    """Give the role of *serving* exactly what the product needs in the database of *owner*.

    Args:
        owner: address with the role that owns the tables.
        serving: address with which the service works; its role must exist.

    Raises:
        SettingsError: both addresses have the same role, or they are no PostgreSQL.
    """
    role = make_url(serving).username
    if make_url(owner).get_backend_name() != "postgresql" or role in (
        None,
        make_url(owner).username,
    ):
        raise SettingsError("  owner_database_url: needs PostgreSQL and a role of its own.")
    engine = create_engine(owner, poolclass=pool.NullPool)
    with engine.begin() as connection:
        quoted = connection.dialect.identifier_preparer.quote(str(role))
        for statement in _statements(quoted, metadata):
            connection.execute(text(statement))
        _refuse_other_ways(connection, str(role))


def _statements(role: str, metadata: MetaData) -> list[str]:
    everything = "IN SCHEMA public"
    kept = [name for name, table in metadata.tables.items() if table.info.get(APPEND_ONLY)]
    return [
        f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {role}",
        f"REVOKE ALL ON ALL TABLES {everything} FROM PUBLIC, {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES {everything} TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES {everything} TO {role}",
        *(f"REVOKE UPDATE, DELETE ON {name} FROM {role}" for name in kept),
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
    ]


def _refuse_other_ways(connection: Connection, role: str) -> None:
    """Refuse a role that rights do not bind: a superuser, or a member of the owner's role."""
    query = (
        "SELECT rolsuper OR pg_has_role(:role, current_user, 'MEMBER') FROM pg_roles"
        " WHERE rolname = :role"
    )
    if connection.scalar(text(query), {"role": role}):
        raise SettingsError(f"  The role {role} could give itself every right.")
