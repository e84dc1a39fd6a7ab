"""Tables of documents."""

import sqlalchemy as sa
from alembic import op

import shared.db
from shared.evidence.first_migration import (
    drop_evidence_tables,
    guard_all,
    make_evidence_tables,
    unguard_all,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BUNDLE_INDEXES = (
    ["organisation_id", "subject_id", "asked_at"],
    ["organisation_id", "call_id", "asked_at"],
    ["state", "next_at"],
    ["organisation_id"],
)

RISK_INDEXES = (
    ["organisation_id", "state", "level", "issued_at"],
    ["organisation_id", "trouble"],
    ["organisation_id", "renew_by"],
    ["organisation_id", "good_until"],
    ["organisation_id", "recorded_at", "kept_at"],
)

ARCHIVE = ("archive_tree", "archive_leaf", "archive_stamp")
GUARDED = (
    "document_revision",
    "countersigned_copy",
    "file_pass",
    "posted_item",
    "item_outcome",
)


def upgrade() -> None:
    """Bring the schema forward."""
    make_evidence_tables()
    op.create_table(
        "document",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("layout", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("content", shared.db.JsonColumn, nullable=False),
        sa.Column("facts", shared.db.JsonColumn, nullable=False),
        sa.Column("preview_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("created_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("signed_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("issued_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("seal_serial", sa.String(length=40), nullable=False),
        sa.Column("kept_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("recorded_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("good_until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("renew_by", shared.db.UtcDateTime(), nullable=True),
        sa.Column("algorithms", sa.String(length=60), nullable=False),
        sa.Column("trouble", sa.String(length=20), nullable=True),
        sa.Column("trouble_note", sa.Text(), nullable=False),
        sa.Column("trouble_since", shared.db.UtcDateTime(), nullable=True),
        sa.Column("care_attempts", sa.Integer(), nullable=False),
        sa.Column("care_due_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("template", sa.Integer(), nullable=False),
        sa.Column("template_sha256", sa.String(length=64), nullable=False),
        sa.Column("printing", shared.db.JsonColumn, nullable=False),
        sa.Column("facts_sha256", sa.String(length=64), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("in_order", sa.Boolean(), nullable=False),
        sa.Column("approved_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["document.id"], name=op.f("fk_document_corrects_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_document_organisation_id_number")
        ),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_document_organisation_id_call_id"),
            ["organisation_id", "call_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_document_organisation_id_case_id"),
            ["organisation_id", "case_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_document_organisation_id_created_at"),
            ["organisation_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_document_care_due_at"), ["care_due_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_document_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_renew_by"), ["renew_by"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_document_preview_sha256"), ["preview_sha256"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_document_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_document_corrects_id"), ["corrects_id"], unique=False
        )
        batch_op.create_index(
            "uq_document_living_correction",
            ["corrects_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )
        batch_op.create_index(
            batch_op.f("ix_document_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_document_organisation_id_state_created_at"),
            ["organisation_id", "state", "created_at"],
            unique=False,
        )
        for columns in RISK_INDEXES:
            name = f"ix_document_{'_'.join(columns)}"
            batch_op.create_index(batch_op.f(name), columns, unique=False)

    op.create_table(
        "document_revision",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("made_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("good_until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_document_revision_document_id_document"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_revision")),
        sa.UniqueConstraint(
            "document_id", "ordinal", name=op.f("uq_document_revision_document_id_ordinal")
        ),
    )
    with op.batch_alter_table("document_revision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_document_revision_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_document_revision_sha256"), ["sha256"], unique=False
        )

    guard_all("document_revision")

    op.create_table(
        "countersigned_copy",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("kept_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("kept_by", sa.String(length=200), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("report", shared.db.JsonColumn, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_countersigned_copy_document_id_document"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countersigned_copy")),
        sa.UniqueConstraint(
            "document_id", "ordinal", name=op.f("uq_countersigned_copy_document_id_ordinal")
        ),
        sa.UniqueConstraint(
            "document_id", "sha256", name=op.f("uq_countersigned_copy_document_id_sha256")
        ),
    )
    with op.batch_alter_table("countersigned_copy", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_countersigned_copy_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_countersigned_copy_sha256"), ["sha256"], unique=False
        )

    guard_all("countersigned_copy")

    op.create_table(
        "event",
        sa.Column("seq", shared.db.BigId, autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("payload", shared.db.JsonColumn, nullable=False),
        sa.Column("at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("recorded_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("id", name=op.f("uq_event_id")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "letterhead",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("lines", shared.db.JsonColumn, nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("logo_sha256", sa.String(length=64), nullable=True),
        sa.Column("logo_form", sa.String(length=3), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_letterhead")),
    )
    op.create_table(
        "number_series",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "outbox",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", shared.db.JsonColumn, nullable=False),
        sa.Column("created_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("available_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("fencing_token", sa.Uuid(), nullable=True),
        sa.Column("delivered_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("dead_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_delivered_at_dead_at_available_at"),
            ["delivered_at", "dead_at", "available_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "seen_token",
        sa.Column("jti", sa.Uuid(), nullable=False),
        sa.Column("expires_at", shared.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_seen_token")),
    )
    op.create_table(
        "signing_key",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("locked", sa.LargeBinary(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("chain", shared.db.JsonColumn, nullable=False),
        sa.Column("created_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("replaced_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("is_directors", sa.Boolean(), nullable=False),
        sa.Column("usable_from", shared.db.UtcDateTime(), nullable=True),
        sa.Column("confirmed_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_signing_key_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            "uq_signing_key_current",
            ["organisation_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "bound_certificate",
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("chain", shared.db.JsonColumn, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("is_called_qualified", sa.Boolean(), nullable=False),
        sa.Column("valid_from", shared.db.UtcDateTime(), nullable=False),
        sa.Column("valid_to", shared.db.UtcDateTime(), nullable=False),
        sa.Column("bound_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("bound_by", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("ended_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bound_certificate")),
    )
    with op.batch_alter_table("bound_certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bound_certificate_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_bound_certificate_organisation_id_person_id"),
            ["organisation_id", "person_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_bound_certificate_organisation_id_valid_to"),
            ["organisation_id", "valid_to"],
            unique=False,
        )
        batch_op.create_index(
            "uq_bound_certificate_current",
            ["organisation_id", "fingerprint"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "dispatch",
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("price", shared.db.MoneyColumn(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
    )
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_dispatch_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_dispatch_organisation_id_approved_at"),
            ["organisation_id", "approved_at"],
            unique=False,
        )
    op.create_table(
        "dispatch_stop",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stopped_by", sa.String(length=200), nullable=False),
        sa.Column("stopped_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_dispatch_stop")),
    )

    op.create_table(
        "recipient",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("address", shared.db.JsonColumn, nullable=False),
        sa.Column("ic", sa.String(length=20), nullable=True),
        sa.Column("chosen_box", sa.String(length=7), nullable=True),
        sa.Column("denied", shared.db.JsonColumn, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("box_id", sa.String(length=7), nullable=True),
        sa.Column("box_type", sa.Integer(), nullable=True),
        sa.Column("box_name", sa.String(length=300), nullable=False),
        sa.Column("found_by", sa.String(length=10), nullable=True),
        sa.Column("found_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("candidates", shared.db.JsonColumn, nullable=False),
        sa.Column("more_candidates", sa.Integer(), nullable=False),
        sa.Column("answered_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("holds_until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("failed_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("next_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("uq_recipient_organisation_id_key")
        ),
    )
    with op.batch_alter_table("recipient", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recipient_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recipient_organisation_id_ic"), ["organisation_id", "ic"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recipient_organisation_id_name"),
            ["organisation_id", "name"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_recipient_organisation_id_outcome"),
            ["organisation_id", "outcome"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_recipient_is_wanted_next_at"), ["is_wanted", "next_at"], unique=False
        )

    op.create_table(
        "box_lookup",
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("box_id", sa.String(length=7), nullable=True),
        sa.Column("found_by", sa.String(length=10), nullable=True),
        sa.Column("first_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["recipient.id"], name=op.f("fk_box_lookup_recipient_id_recipient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box_lookup")),
    )
    with op.batch_alter_table("box_lookup", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_box_lookup_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_box_lookup_recipient_id"), ["recipient_id"], unique=False
        )

    op.create_table(
        "delivery",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("requested", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=True),
        sa.Column("file_fault", sa.String(length=40), nullable=True),
        sa.Column("recipient_name", sa.String(length=300), nullable=False),
        sa.Column("address", shared.db.JsonColumn, nullable=False),
        sa.Column("data_box_id", sa.String(length=7), nullable=True),
        sa.Column("ic", sa.String(length=20), nullable=True),
        sa.Column("recipient_type", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("own_hands", sa.Boolean(), nullable=False),
        sa.Column("dispatch_by", sa.Date(), nullable=True),
        sa.Column("sender_reference", sa.String(length=50), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("waits_since", shared.db.UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("intent_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("intent_shown_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("lost_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("lost_isds_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("leased_until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("fencing_token", sa.Uuid(), nullable=True),
        sa.Column("last_look_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("listed", shared.db.JsonColumn, nullable=False),
        sa.Column("looked_after", sa.Integer(), nullable=False),
        sa.Column("next_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("hold", sa.String(length=20), nullable=True),
        sa.Column("price", shared.db.MoneyColumn(), nullable=True),
        sa.Column("agreed_price", shared.db.MoneyColumn(), nullable=True),
        sa.Column("dispatch_id", sa.Uuid(), nullable=True),
        sa.Column("charged_on", sa.Date(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("message_id", sa.String(length=20), nullable=True),
        sa.Column("message_state", sa.Integer(), nullable=True),
        sa.Column("dispatched_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("put_in_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("tracking_number", sa.String(length=40), nullable=True),
        sa.Column("received_by", sa.String(length=200), nullable=True),
        sa.Column("presumed_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("delivery_basis", sa.String(length=20), nullable=True),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatch.id"], name=op.f("fk_delivery_dispatch_id_dispatch")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_delivery_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["document.id"], name=op.f("fk_delivery_receipt_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["recipient.id"], name=op.f("fk_delivery_recipient_id_recipient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("document_id", name=op.f("uq_delivery_document_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "sender_reference",
            name=op.f("uq_delivery_organisation_id_sender_reference"),
        ),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_delivery_recipient_id"), ["recipient_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_delivery_dispatch_id"), ["dispatch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_delivery_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_organisation_id_state"),
            ["organisation_id", "state"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_state_next_at"), ["state", "next_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_state_dispatch_by_id"),
            ["state", "dispatch_by", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_state_hold_organisation_id_dispatch_by"),
            ["state", "hold", "organisation_id", "dispatch_by"],
            unique=False,
        )

    op.create_table(
        "postage_terms",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("price", shared.db.MoneyColumn(), nullable=False),
        sa.Column("monthly_limit", shared.db.MoneyColumn(), nullable=True),
        sa.Column("asks_each", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_postage_terms")),
    )
    op.create_table(
        "postage_month",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("spent", shared.db.MoneyColumn(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "month", name=op.f("pk_postage_month")),
    )
    op.create_table(
        "login_breaker",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("refused_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("next_trial_at", shared.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_login_breaker")),
    )
    op.create_table(
        "isds_outage",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("since", shared.db.UtcDateTime(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("next_trial_at", shared.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_isds_outage")),
    )
    op.create_table(
        "login_end",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("ends_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "kind", name=op.f("pk_login_end")),
    )
    op.create_table(
        "sender_turn",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("holds_until", shared.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_sender_turn")),
    )
    op.create_table(
        "state_look",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("seen_until", shared.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_state_look")),
    )
    op.create_table(
        "database_place",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("since", shared.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_database_place")),
    )
    op.create_table(
        "apart_clock",
        sa.Column("machine", sa.String(length=255), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("noticed_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("seen_at", shared.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("machine", name=op.f("pk_apart_clock")),
    )
    op.create_table(
        "sender_box",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("box_id", sa.String(length=7), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("box_type", sa.Integer(), nullable=False),
        sa.Column("may_send_paid", sa.Boolean(), nullable=False),
        sa.Column("rights", shared.db.JsonColumn, nullable=False),
        sa.Column("credit", shared.db.MoneyColumn(), nullable=True),
        sa.Column("asked_at", shared.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_sender_box")),
    )

    op.create_table(
        "signature",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("function", sa.String(length=200), nullable=False),
        sa.Column("signed_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("certificate_serial", sa.String(length=40), nullable=True),
        sa.Column("way", sa.String(length=20), nullable=True),
        sa.Column("revocation", sa.String(length=10), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_signature_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint(
            "document_id", "person_id", name=op.f("uq_signature_document_id_person_id")
        ),
        sa.UniqueConstraint(
            "document_id", "position", name=op.f("uq_signature_document_id_position")
        ),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_signature_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_signature_organisation_id_person_id_signed_at"),
            ["organisation_id", "person_id", "signed_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_signature_sha256"), ["sha256"], unique=False)

    op.create_table(
        "translation",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("content", shared.db.JsonColumn, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("created_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_translation_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation")),
        sa.UniqueConstraint(
            "document_id",
            "language",
            "sha256",
            name=op.f("uq_translation_document_id_language_sha256"),
        ),
    )
    with op.batch_alter_table("translation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_translation_document_id"), ["document_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_translation_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_translation_sha256"), ["sha256"], unique=False)

    op.create_table(
        "proof",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("obtained_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("facts", shared.db.JsonColumn, nullable=False),
        sa.Column("recorded_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_proof_delivery_id_delivery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
        sa.UniqueConstraint("delivery_id", "sha256", name=op.f("uq_proof_delivery_id_sha256")),
    )
    with op.batch_alter_table("proof", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proof_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_proof_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_proof_organisation_id_recorded_at_obtained_at"),
            ["organisation_id", "recorded_at", "obtained_at"],
            unique=False,
        )

    op.create_table(
        "batch",
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sending", sa.String(length=20), nullable=False),
        sa.Column("created_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("printing", shared.db.JsonColumn, nullable=False),
        sa.Column("template", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=20), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_batch_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_batch_organisation_id_created_at"),
            ["organisation_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_batch_state"), ["state"], unique=False)

    op.create_table(
        "batch_item",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("request", shared.db.JsonColumn, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("reserved_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("preview_sha256", sa.String(length=64), nullable=True),
        sa.Column("preview_facts_sha256", sa.String(length=64), nullable=True),
        sa.Column("preview_pages", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("problem", shared.db.JsonColumn, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_batch_item_batch_id_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_item")),
        sa.UniqueConstraint(
            "batch_id", "position", name=op.f("uq_batch_item_batch_id_position")
        ),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_batch_item_organisation_id_number")
        ),
    )
    with op.batch_alter_table("batch_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_batch_item_batch_id_state_position"),
            ["batch_id", "state", "position"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_batch_item_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "signing_job",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("begun_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("ended_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("leased_until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("held_until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("trouble", sa.String(length=20), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_signing_job_batch_id_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_job")),
    )
    with op.batch_alter_table("signing_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signing_job_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_signing_job_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_signing_job_organisation_id_person_id_created_at"),
            ["organisation_id", "person_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_signing_job_state_leased_until"),
            ["state", "leased_until"],
            unique=False,
        )

    op.create_table(
        "signing_item",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("preview_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("problem", shared.db.JsonColumn, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_signing_item_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["signing_job.id"], name=op.f("fk_signing_item_job_id_signing_job")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_item")),
        sa.UniqueConstraint(
            "job_id", "document_id", name=op.f("uq_signing_item_job_id_document_id")
        ),
        sa.UniqueConstraint("job_id", "position", name=op.f("uq_signing_item_job_id_position")),
    )
    with op.batch_alter_table("signing_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_signing_item_document_id"), ["document_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_signing_item_job_id_state_position"),
            ["job_id", "state", "position"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_signing_item_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "archive_tree",
        sa.Column("algorithm", sa.String(length=10), nullable=False),
        sa.Column("gathered_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_tree")),
    )
    with op.batch_alter_table("archive_tree", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_archive_tree_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_archive_tree_organisation_id_gathered_at"),
            ["organisation_id", "gathered_at"],
            unique=False,
        )

    op.create_table(
        "archive_leaf",
        sa.Column("tree_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=64), nullable=False),
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("former_stamps", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tree_id"], ["archive_tree.id"], name=op.f("fk_archive_leaf_tree_id_archive_tree")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_leaf")),
        sa.UniqueConstraint(
            "organisation_id",
            "sha256",
            "algorithm",
            name=op.f("uq_archive_leaf_organisation_id_sha256_algorithm"),
        ),
        sa.UniqueConstraint(
            "tree_id", "position", name=op.f("uq_archive_leaf_tree_id_position")
        ),
    )
    with op.batch_alter_table("archive_leaf", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_archive_leaf_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "archive_stamp",
        sa.Column("tree_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("stamped_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("good_until", shared.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tree_id"], ["archive_tree.id"], name=op.f("fk_archive_stamp_tree_id_archive_tree")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_stamp")),
        sa.UniqueConstraint(
            "tree_id", "position", name=op.f("uq_archive_stamp_tree_id_position")
        ),
    )
    with op.batch_alter_table("archive_stamp", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_archive_stamp_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_archive_stamp_organisation_id_good_until"),
            ["organisation_id", "good_until"],
            unique=False,
        )
    guard_all(*ARCHIVE)

    op.create_table(
        "file_pass",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("grounds", sa.String(length=64), nullable=False),
        sa.Column("judged_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("good_until", shared.db.UtcDateTime(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_file_pass_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_pass")),
    )
    with op.batch_alter_table("file_pass", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_file_pass_document_id_sha256_judged_at"),
            ["document_id", "sha256", "judged_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_file_pass_organisation_id"), ["organisation_id"], unique=False
        )
    guard_all("file_pass")

    op.create_table(
        "posted_item",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("tracking_number", sa.String(length=40), nullable=False),
        sa.Column("with_advice", sa.Boolean(), nullable=False),
        sa.Column("own_hands", sa.Boolean(), nullable=False),
        sa.Column("recipient_name", sa.String(length=300), nullable=False),
        sa.Column("address", shared.db.JsonColumn, nullable=False),
        sa.Column("recorded_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_posted_item_delivery_id_delivery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_item")),
        sa.UniqueConstraint(
            "delivery_id", "ordinal", name=op.f("uq_posted_item_delivery_id_ordinal")
        ),
    )
    with op.batch_alter_table("posted_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_posted_item_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_posted_item_organisation_id_posted_on"),
            ["organisation_id", "posted_on"],
            unique=False,
        )
    op.create_table(
        "item_outcome",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["posted_item.id"], name=op.f("fk_item_outcome_item_id_posted_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_outcome")),
        sa.UniqueConstraint("item_id", "ordinal", name=op.f("uq_item_outcome_item_id_ordinal")),
    )
    with op.batch_alter_table("item_outcome", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_outcome_organisation_id"), ["organisation_id"], unique=False
        )
    guard_all("posted_item", "item_outcome")

    op.create_table(
        "bundle",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("begun_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("ready_at", shared.db.UtcDateTime(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("size", shared.db.BigId, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("leased_until", shared.db.UtcDateTime(), nullable=True),
        sa.Column("fencing_token", sa.Uuid(), nullable=True),
        sa.Column("losses", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=40), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    with op.batch_alter_table("bundle", schema=None) as batch_op:
        for columns in BUNDLE_INDEXES:
            name = f"ix_bundle_{'_'.join(columns)}"
            batch_op.create_index(batch_op.f(name), columns, unique=False)
    op.create_table(
        "bundle_piece",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_piece_bundle_id_bundle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_piece")),
        sa.UniqueConstraint("bundle_id", "ordinal", name=op.f("uq_bundle_piece_bundle_id_ordinal")),
    )
    with op.batch_alter_table("bundle_piece", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bundle_piece_organisation_id"), ["organisation_id"], unique=False
        )
    op.create_table(
        "bundle_given",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_given_bundle_id_bundle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_given")),
        sa.UniqueConstraint("bundle_id", "ordinal", name=op.f("uq_bundle_given_bundle_id_ordinal")),
    )
    with op.batch_alter_table("bundle_given", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bundle_given_organisation_id"), ["organisation_id"], unique=False
        )
    op.create_table(
        "bundle_stretch",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("chapter", sa.String(length=20), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_stretch_bundle_id_bundle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_stretch")),
        sa.UniqueConstraint(
            "bundle_id", "ordinal", name=op.f("uq_bundle_stretch_bundle_id_ordinal")
        ),
    )
    with op.batch_alter_table("bundle_stretch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bundle_stretch_organisation_id"), ["organisation_id"], unique=False
        )
    op.create_table(
        "stored_fault",
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("fault", sa.String(length=10), nullable=False),
        sa.Column("found_at", shared.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_stored_fault")),
    )
    op.create_table(
        "store_check",
        sa.Column("ended_at", shared.db.UtcDateTime(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_check")),
    )
    with op.batch_alter_table("store_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_store_check_ended_at"), ["ended_at"], unique=False)
    op.create_table(
        "risk_notice",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("too_late", shared.db.UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_notice")),
        sa.UniqueConstraint(
            "organisation_id",
            "subject_id",
            name=op.f("uq_risk_notice_organisation_id_subject_id"),
        ),
    )
    with op.batch_alter_table("risk_notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_risk_notice_organisation_id"), ["organisation_id"], unique=False
        )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table("risk_notice")
    op.drop_table("store_check")
    op.drop_table("stored_fault")
    op.drop_table("bundle_stretch")
    op.drop_table("bundle_given")
    op.drop_table("bundle_piece")
    op.drop_table("bundle")
    op.drop_table("item_outcome")
    op.drop_table("posted_item")
    op.drop_table("file_pass")
    op.drop_table("document_revision")
    op.drop_table("countersigned_copy")
    for table in reversed(ARCHIVE):
        op.drop_table(table)
    unguard_all(*ARCHIVE, *GUARDED)
    with op.batch_alter_table("signing_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signing_item_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_signing_item_job_id_state_position"))
        batch_op.drop_index(batch_op.f("ix_signing_item_document_id"))

    op.drop_table("signing_item")
    with op.batch_alter_table("signing_job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signing_job_state_leased_until"))
        batch_op.drop_index(batch_op.f("ix_signing_job_organisation_id_person_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_signing_job_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_signing_job_batch_id"))

    op.drop_table("signing_job")
    with op.batch_alter_table("batch_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_item_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_batch_item_batch_id_state_position"))

    op.drop_table("batch_item")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_state"))
        batch_op.drop_index(batch_op.f("ix_batch_organisation_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_batch_organisation_id"))

    op.drop_table("batch")
    with op.batch_alter_table("proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proof_organisation_id"))

    op.drop_table("proof")
    with op.batch_alter_table("translation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_translation_sha256"))
        batch_op.drop_index(batch_op.f("ix_translation_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_translation_document_id"))

    op.drop_table("translation")
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signature_sha256"))
        batch_op.drop_index(batch_op.f("ix_signature_organisation_id_person_id_signed_at"))
        batch_op.drop_index(batch_op.f("ix_signature_organisation_id"))

    op.drop_table("signature")
    op.drop_table("sender_box")
    op.drop_table("state_look")
    op.drop_table("login_end")
    op.drop_table("sender_turn")
    op.drop_table("isds_outage")
    op.drop_table("login_breaker")
    op.drop_table("apart_clock")
    op.drop_table("database_place")
    op.drop_table("postage_month")
    op.drop_table("postage_terms")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_state_hold_organisation_id_dispatch_by"))
        batch_op.drop_index(batch_op.f("ix_delivery_state_dispatch_by_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_state_next_at"))
        batch_op.drop_index(batch_op.f("ix_delivery_organisation_id_state"))
        batch_op.drop_index(batch_op.f("ix_delivery_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_dispatch_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_recipient_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_message_id"))

    op.drop_table("delivery")
    with op.batch_alter_table("box_lookup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_box_lookup_recipient_id"))
        batch_op.drop_index(batch_op.f("ix_box_lookup_organisation_id"))

    op.drop_table("box_lookup")
    with op.batch_alter_table("recipient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recipient_is_wanted_next_at"))
        batch_op.drop_index(batch_op.f("ix_recipient_organisation_id_outcome"))
        batch_op.drop_index(batch_op.f("ix_recipient_organisation_id_name"))
        batch_op.drop_index(batch_op.f("ix_recipient_organisation_id_ic"))
        batch_op.drop_index(batch_op.f("ix_recipient_organisation_id"))

    op.drop_table("recipient")
    op.drop_table("dispatch_stop")
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispatch_organisation_id_approved_at"))
        batch_op.drop_index(batch_op.f("ix_dispatch_organisation_id"))
    op.drop_table("dispatch")
    with op.batch_alter_table("bound_certificate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bound_certificate_current",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_bound_certificate_organisation_id_valid_to"))
        batch_op.drop_index(batch_op.f("ix_bound_certificate_organisation_id_person_id"))
        batch_op.drop_index(batch_op.f("ix_bound_certificate_organisation_id"))

    op.drop_table("bound_certificate")
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_signing_key_current",
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_signing_key_organisation_id"))

    op.drop_table("signing_key")
    op.drop_table("seen_token")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_delivered_at_dead_at_available_at"))

    op.drop_table("outbox")
    op.drop_table("number_series")
    op.drop_table("letterhead")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_organisation_id"))

    op.drop_table("event")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_organisation_id_call_id"))
        batch_op.drop_index(batch_op.f("ix_document_organisation_id_case_id"))
        batch_op.drop_index(batch_op.f("ix_document_organisation_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_document_organisation_id_state_created_at"))
        batch_op.drop_index(batch_op.f("ix_document_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_document_sha256"))
        batch_op.drop_index(batch_op.f("ix_document_preview_sha256"))
        batch_op.drop_index(batch_op.f("ix_document_renew_by"))
        batch_op.drop_index(batch_op.f("ix_document_kind"))
        batch_op.drop_index(batch_op.f("ix_document_care_due_at"))
        batch_op.drop_index(
            "uq_document_living_correction",
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )
        batch_op.drop_index(batch_op.f("ix_document_corrects_id"))

    op.drop_table("document")
    drop_evidence_tables()
