"""The tables of audit trail and evidence log as the first migration of each service makes them.

Belongs to those migrations and is as fixed as they are once one of them was released: a later
change of the tables is a later migration and a later module like this one.
"""

import sqlalchemy as sa
from alembic import op

import shared.db
from shared.evidence.log import guard_statements

GUARDED = (
    "evidence",
    "evidence_checkpoint",
    "evidence_anchor",
    "evidence_check",
    "evidence_epoch",
)
"""Tables that are only ever added to."""


def make_evidence_tables() -> None:
    """Make all of them, each guarded by the database."""
    _make_audit()
    _make_log()
    _make_checkpoints()
    _make_anchors()
    guard_all(*GUARDED)


def drop_evidence_tables() -> None:
    """Take all of them away."""
    for table in ("anchor", "epoch", "checkpoint", "check"):
        op.drop_table(f"evidence_{table}")
    op.drop_table("evidence")
    unguard_all(*GUARDED)
    op.drop_table("audit")


def guard_all(*tables: str) -> None:
    """Let the database refuse to change or delete rows of tables."""
    for table in tables:
        for statement in guard_statements(op.get_bind().dialect.name, table):
            op.execute(statement)


def unguard_all(*tables: str) -> None:
    """Take away what guarded tables that are gone; SQLite drops it with the table."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            op.execute(f"DROP FUNCTION refuse_to_change_{table}()")


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("recorded_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("subject_type", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("details", shared.db.JsonColumn, nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_organisation_id_subject_id"),
            ["organisation_id", "subject_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_audit_act"), ["act"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_organisation_id"), ["organisation_id"], unique=False
        )


def _make_log() -> None:
    op.create_table(
        "evidence",
        sa.Column("place", shared.db.BigId, nullable=False),
        sa.Column("content", sa.LargeBinary(length=32), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint(
            "organisation_id", "place", name=op.f("uq_evidence_organisation_id_place")
        ),
    )
    op.create_table(
        "evidence_check",
        sa.Column("at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("size", shared.db.BigId, nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("place", shared.db.BigId, nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_check")),
    )
    with op.batch_alter_table("evidence_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_check_organisation_id_at"),
            ["organisation_id", "at"],
            unique=False,
        )


def _make_checkpoints() -> None:
    op.create_table(
        "evidence_checkpoint",
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("size", shared.db.BigId, nullable=False),
        sa.Column("made_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_checkpoint")),
        sa.UniqueConstraint(
            "organisation_id",
            "epoch",
            "size",
            name=op.f("uq_evidence_checkpoint_organisation_id_epoch_size"),
        ),
    )
    op.create_table(
        "evidence_epoch",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_evidence_epoch")),
    )


def _make_anchors() -> None:
    op.create_table(
        "evidence_anchor",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("roots", sa.Text(), nullable=False),
        sa.Column("stamped_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("checkpoint_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["evidence_checkpoint.id"],
            name=op.f("fk_evidence_anchor_checkpoint_id_evidence_checkpoint"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_anchor")),
        sa.UniqueConstraint("checkpoint_id", name=op.f("uq_evidence_anchor_checkpoint_id")),
    )
    with op.batch_alter_table("evidence_anchor", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_anchor_organisation_id_stamped_at"),
            ["organisation_id", "stamped_at"],
            unique=False,
        )
