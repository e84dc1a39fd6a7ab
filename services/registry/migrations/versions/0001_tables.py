"""Tables of registry."""

import sqlalchemy as sa
from alembic import op

import shared.db
from shared.evidence.first_migration import drop_evidence_tables, make_evidence_tables

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    make_evidence_tables()
    op.create_table('applicant',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('is_natural_person', sa.Boolean(), nullable=False),
    sa.Column('ic', sa.String(length=8), nullable=True),
    sa.Column('founder_ic', sa.String(length=8), nullable=True),
    sa.Column('municipality', sa.String(length=100), nullable=False),
    sa.Column('municipality_code', sa.String(length=6), nullable=True),
    sa.Column('address', shared.db.JsonColumn, nullable=False),
    sa.Column('data_box_id', sa.String(length=7), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_applicant'))
    )
    with op.batch_alter_table('applicant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_applicant_ic'), ['ic'], unique=False)
        batch_op.create_index(batch_op.f('ix_applicant_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('creation',
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_creation'))
    )
    with op.batch_alter_table('creation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_creation_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('event',
    sa.Column('seq', shared.db.BigId, autoincrement=True, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('payload', shared.db.JsonColumn, nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('recorded_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_event')),
    sa.UniqueConstraint('id', name=op.f('uq_event_id'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('feed_cursor',
    sa.Column('feed', sa.String(length=40), nullable=False),
    sa.Column('seq', shared.db.BigId, nullable=False),
    sa.PrimaryKeyConstraint('feed', name=op.f('pk_feed_cursor'))
    )
    op.create_table('member',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    sa.UniqueConstraint('organisation_id', 'email', name=op.f('uq_member_organisation_id_email'))
    )
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('organisation',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('slug', sa.String(length=40), nullable=False),
    sa.Column('ic', sa.String(length=8), nullable=True),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('data_box_id', sa.String(length=7), nullable=True),
    sa.Column('created_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('slug', name=op.f('uq_organisation_slug'))
    )
    op.create_table('outbox',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('payload', shared.db.JsonColumn, nullable=False),
    sa.Column('created_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('available_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('leased_until', shared.db.UtcDateTime(), nullable=True),
    sa.Column('fencing_token', sa.Uuid(), nullable=True),
    sa.Column('delivered_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('dead_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_delivered_at_dead_at_available_at'), ['delivered_at', 'dead_at', 'available_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('person',
    sa.Column('login', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('function', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('roles', shared.db.JsonColumn, nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('login', name=op.f('uq_person_login'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('regulation_version',
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regulation_version')),
    sa.UniqueConstraint('organisation_id', 'label', name=op.f('uq_regulation_version_organisation_id_label'))
    )
    with op.batch_alter_table('regulation_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_regulation_version_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('seen_token',
    sa.Column('jti', sa.Uuid(), nullable=False),
    sa.Column('expires_at', shared.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('jti', name=op.f('pk_seen_token'))
    )
    op.create_table('sign_in_attempt',
    sa.Column('login_hash', sa.String(length=64), nullable=False),
    sa.Column('address_mark', sa.String(length=64), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempt'))
    )
    with op.batch_alter_table('sign_in_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_attempt_address_mark_at'), ['address_mark', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_attempt_login_hash_at'), ['login_hash', 'at'], unique=False)

    op.create_table('strategy_share',
    sa.Column('fiche', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('percent', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_strategy_share')),
    sa.UniqueConstraint('organisation_id', 'fiche', name=op.f('uq_strategy_share_organisation_id_fiche'))
    )
    with op.batch_alter_table('strategy_share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_strategy_share_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('call',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('how_to_apply', sa.Text(), nullable=False),
    sa.Column('opens_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('closes_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('intake_place', sa.String(length=300), nullable=False),
    sa.Column('presentation_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('presentation_place', sa.String(length=300), nullable=False),
    sa.Column('regulation_version_id', sa.Uuid(), nullable=True),
    sa.Column('approved_amount', shared.db.MoneyColumn(), nullable=True),
    sa.Column('rule', shared.db.JsonColumn, nullable=False),
    sa.Column('formal_items', shared.db.JsonColumn, nullable=False),
    sa.Column('deadlines', shared.db.JsonColumn, nullable=False),
    sa.Column('created_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('published_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('published_by', sa.String(length=120), nullable=False),
    sa.Column('closed_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('last_serial', sa.Integer(), nullable=False),
    sa.Column('last_order', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['regulation_version_id'], ['regulation_version.id'], name=op.f('fk_call_regulation_version_id_regulation_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call'))
    )
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_state'), ['state'], unique=False)
        batch_op.create_index(
            "uq_call_organisation_id_number",
            ["organisation_id", "number"],
            unique=True,
            sqlite_where=sa.text("state <> 'discarded'"),
            postgresql_where=sa.text("state <> 'discarded'"),
        )

    op.create_table('delegation',
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('delegator_id', sa.Uuid(), nullable=False),
    sa.Column('delegate_id', sa.Uuid(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('revoked_on', sa.Date(), nullable=True),
    sa.Column('given_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['delegate_id'], ['person.id'], name=op.f('fk_delegation_delegate_id_person')),
    sa.ForeignKeyConstraint(['delegator_id'], ['person.id'], name=op.f('fk_delegation_delegator_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation'))
    )
    with op.batch_alter_table('delegation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegation_delegate_id'), ['delegate_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegation_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('credential',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('handle', sa.String(length=255), nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.Column('set_by', sa.Uuid(), nullable=False),
    sa.Column('set_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_credential_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credential')),
    sa.UniqueConstraint('person_id', 'kind', 'handle', name=op.f('uq_credential_person_id_kind_handle'))
    )
    with op.batch_alter_table('credential', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_credential_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('password_link',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=True),
    sa.Column('asked_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('sent_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('used_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_password_link_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_password_link')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_password_link_secret_hash'))
    )
    with op.batch_alter_table('password_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_password_link_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_password_link_person_id'), ['person_id'], unique=False)

    op.create_table('sign_in_session',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('started_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('seen_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('ended_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('address_mark', sa.String(length=64), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_session_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_session')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_sign_in_session_secret_hash'))
    )
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_session_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_session_person_id'), ['person_id'], unique=False)

    op.create_table('allocation_decision',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('amount', shared.db.MoneyColumn(), nullable=False),
    sa.Column('fiches', shared.db.JsonColumn, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('recommended_by', sa.String(length=120), nullable=False),
    sa.Column('recommended_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('decided_by', sa.String(length=120), nullable=False),
    sa.Column('decided_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_allocation_decision_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allocation_decision'))
    )
    with op.batch_alter_table('allocation_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_allocation_decision_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_allocation_decision_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('fiche',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('allocation', shared.db.MoneyColumn(), nullable=True),
    sa.Column('attachments', shared.db.JsonColumn, nullable=False),
    sa.Column('acceptability', shared.db.JsonColumn, nullable=False),
    sa.Column('scoring', shared.db.JsonColumn, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_fiche_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fiche')),
    sa.UniqueConstraint('call_id', 'code', name=op.f('uq_fiche_call_id_code'))
    )
    with op.batch_alter_table('fiche', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fiche_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_fiche_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('mail',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('queued_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('sent_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_mail_call_id_call')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_mail_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail')),
    sa.UniqueConstraint('call_id', 'kind', 'member_id', name=op.f('uq_mail_call_id_kind_member_id'))
    )
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('news_item',
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('details', shared.db.JsonColumn, nullable=False),
    sa.Column('published_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_news_item_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_news_item'))
    )
    with op.batch_alter_table('news_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_news_item_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_news_item_organisation_id_published_at'), ['organisation_id', 'published_at'], unique=False)

    op.create_table('presentation_change',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('old_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('new_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('old_place', sa.String(length=300), nullable=False),
    sa.Column('new_place', sa.String(length=300), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('override_reason', sa.Text(), nullable=False),
    sa.Column('is_notice_kept', sa.Boolean(), nullable=False),
    sa.Column('actor_name', sa.String(length=120), nullable=False),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_presentation_change_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presentation_change'))
    )
    with op.batch_alter_table('presentation_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presentation_change_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_presentation_change_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('received_list',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('rows', shared.db.JsonColumn, nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('made_by', sa.String(length=120), nullable=False),
    sa.Column('deadline', shared.db.JsonColumn, nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('signed_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('published_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('published_by', sa.String(length=120), nullable=False),
    sa.Column('late_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_received_list_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_list'))
    )
    with op.batch_alter_table('received_list', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_received_list_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_received_list_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('results',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('resolution_id', sa.Uuid(), nullable=False),
    sa.Column('content', shared.db.JsonColumn, nullable=False),
    sa.Column('published_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_results_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_results')),
    sa.UniqueConstraint('call_id', 'resolution_id', name=op.f('uq_results_call_id_resolution_id'))
    )
    with op.batch_alter_table('results', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_results_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_results_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('snapshot',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('content', shared.db.JsonColumn, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('published_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('published_by', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_snapshot_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_snapshot'))
    )
    with op.batch_alter_table('snapshot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_snapshot_call_id_kind'), ['call_id', 'kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_snapshot_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('application',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('fiche_id', sa.Uuid(), nullable=False),
    sa.Column('applicant_id', sa.Uuid(), nullable=False),
    sa.Column('applicant_name', sa.String(length=200), nullable=False),
    sa.Column('fiche_code', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('case_state', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('place_code', sa.String(length=6), nullable=True),
    sa.Column('requested', shared.db.MoneyColumn(), nullable=False),
    sa.Column('received_order', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=True),
    sa.Column('number', sa.String(length=12), nullable=True),
    sa.Column('submission_count', sa.Integer(), nullable=False),
    sa.Column('received_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('registered_at', shared.db.UtcDateTime(), nullable=True),
    sa.Column('registered_by', sa.String(length=120), nullable=True),
    sa.Column('registered_by_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['applicant_id'], ['applicant.id'], name=op.f('fk_application_applicant_id_applicant')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_application_call_id_call')),
    sa.ForeignKeyConstraint(['fiche_id'], ['fiche.id'], name=op.f('fk_application_fiche_id_fiche')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application')),
    sa.UniqueConstraint('call_id', 'received_order', name=op.f('uq_application_call_id_received_order')),
    sa.UniqueConstraint('call_id', 'serial', name=op.f('uq_application_call_id_serial'))
    )
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_applicant_id'), ['applicant_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_applicant_name'), ['applicant_name'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_fiche_id'), ['fiche_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_organisation_id_call_id_state'), ['organisation_id', 'call_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_organisation_id_received_at'), ['organisation_id', 'received_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_organisation_id_title'), ['organisation_id', 'title'], unique=False)

    op.create_table('application_file',
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('submission_number', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', shared.db.BigId, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('stored_as', sa.Uuid(), nullable=False),
    sa.Column('received_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('added_by', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_file_application_id_application')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_file')),
    sa.UniqueConstraint('stored_as', name=op.f('uq_application_file_stored_as'))
    )
    with op.batch_alter_table('application_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_file_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_file_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('control_sheet',
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('submission_number', sa.Integer(), nullable=False),
    sa.Column('answers', shared.db.JsonColumn, nullable=False),
    sa.Column('filled_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('filled_by', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_control_sheet_application_id_application')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_control_sheet')),
    sa.UniqueConstraint('application_id', 'submission_number', name=op.f('uq_control_sheet_application_id_submission_number'))
    )
    with op.batch_alter_table('control_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_control_sheet_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_control_sheet_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('decision',
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('submission_number', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=20), nullable=False),
    sa.Column('reasons', shared.db.JsonColumn, nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('actor_name', sa.String(length=120), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_decision_application_id_application')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegation.id'], name=op.f('fk_decision_delegation_id_delegation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_decision_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('document_ref',
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=True),
    sa.Column('application_id', sa.Uuid(), nullable=True),
    sa.Column('signer_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('requested_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('changed_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_document_ref_application_id_application')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_document_ref_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_ref'))
    )
    with op.batch_alter_table('document_ref', schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_document_ref_organisation_id_signer_id_state"),
            ["organisation_id", "signer_id", "state"],
            unique=False,
        )
        batch_op.create_index(batch_op.f('ix_document_ref_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_ref_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_ref_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('folder_entry',
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('service', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('actor_name', sa.String(length=200), nullable=False),
    sa.Column('happened_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_folder_entry_application_id_application')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_folder_entry'))
    )
    with op.batch_alter_table('folder_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_folder_entry_application_id_happened_at'), ['application_id', 'happened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_folder_entry_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('identity_check',
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('submission_number', sa.Integer(), nullable=False),
    sa.Column('method', sa.String(length=30), nullable=False),
    sa.Column('document', sa.String(length=30), nullable=True),
    sa.Column('standing', sa.String(length=20), nullable=False),
    sa.Column('checked_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('checked_by', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_identity_check_application_id_application')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_check')),
    sa.UniqueConstraint('application_id', 'submission_number', name=op.f('uq_identity_check_application_id_submission_number'))
    )
    with op.batch_alter_table('identity_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identity_check_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_identity_check_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('submission',
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('received_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('recorded_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('recorded_by', sa.String(length=120), nullable=False),
    sa.Column('submitter_name', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_submission_application_id_application')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
    sa.UniqueConstraint('application_id', 'number', name=op.f('uq_submission_application_id_number'))
    )
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submission_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_submission_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('drawdown_report',
    sa.Column('facts', shared.db.JsonColumn, nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('made_by', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drawdown_report'))
    )
    with op.batch_alter_table('drawdown_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drawdown_report_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('organisation_settings',
    sa.Column('usual_calls', sa.Integer(), nullable=False),
    sa.Column('deadlines', shared.db.JsonColumn, nullable=False),
    sa.Column('changed_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('changed_by', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_settings')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_organisation_settings_organisation_id'))
    )
    with op.batch_alter_table('organisation_settings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_settings_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('strategy_plan',
    sa.Column('total', shared.db.MoneyColumn(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_strategy_plan')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_strategy_plan_organisation_id'))
    )
    with op.batch_alter_table('strategy_plan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_strategy_plan_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('preliminary_check',
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('submission_number', sa.Integer(), nullable=False),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.Column('checked_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('checked_by', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_preliminary_check_application_id_application')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_preliminary_check')),
    sa.UniqueConstraint('application_id', 'submission_number', name=op.f('uq_preliminary_check_application_id_submission_number'))
    )
    with op.batch_alter_table('preliminary_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_preliminary_check_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_preliminary_check_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('applicant_signature',
    sa.Column('application_id', sa.Uuid(), nullable=False),
    sa.Column('submission_number', sa.Integer(), nullable=False),
    sa.Column('manner', sa.String(length=20), nullable=False),
    sa.Column('file_id', sa.Uuid(), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('found', sa.Integer(), nullable=True),
    sa.Column('recorded_at', shared.db.UtcDateTime(), nullable=False),
    sa.Column('recorded_by', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_applicant_signature_application_id_application')),
    sa.ForeignKeyConstraint(['file_id'], ['application_file.id'], name=op.f('fk_applicant_signature_file_id_application_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_applicant_signature')),
    sa.UniqueConstraint('application_id', 'submission_number', name=op.f('uq_applicant_signature_application_id_submission_number'))
    )
    with op.batch_alter_table('applicant_signature', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_applicant_signature_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_applicant_signature_organisation_id'), ['organisation_id'], unique=False)


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('applicant_signature', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_applicant_signature_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_applicant_signature_application_id'))

    op.drop_table('applicant_signature')
    with op.batch_alter_table('preliminary_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_preliminary_check_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_preliminary_check_application_id'))

    op.drop_table('preliminary_check')
    with op.batch_alter_table('strategy_plan', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_strategy_plan_organisation_id'))

    op.drop_table('strategy_plan')
    with op.batch_alter_table('organisation_settings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_settings_organisation_id'))

    op.drop_table('organisation_settings')
    with op.batch_alter_table('drawdown_report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drawdown_report_organisation_id'))

    op.drop_table('drawdown_report')
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_submission_application_id'))

    op.drop_table('submission')
    with op.batch_alter_table('identity_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_identity_check_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_identity_check_application_id'))

    op.drop_table('identity_check')
    with op.batch_alter_table('folder_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_folder_entry_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_folder_entry_application_id_happened_at'))

    op.drop_table('folder_entry')
    with op.batch_alter_table('document_ref', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_ref_organisation_id_signer_id_state"))
        batch_op.drop_index(batch_op.f('ix_document_ref_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_document_ref_call_id'))
        batch_op.drop_index(batch_op.f('ix_document_ref_application_id'))

    op.drop_table('document_ref')
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decision_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_decision_application_id'))

    op.drop_table('decision')
    with op.batch_alter_table('control_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_control_sheet_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_control_sheet_application_id'))

    op.drop_table('control_sheet')
    with op.batch_alter_table('application_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_file_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_application_file_application_id'))

    op.drop_table('application_file')
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_organisation_id_title'))
        batch_op.drop_index(batch_op.f('ix_application_organisation_id_received_at'))
        batch_op.drop_index(batch_op.f('ix_application_organisation_id_call_id_state'))
        batch_op.drop_index(batch_op.f('ix_application_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_application_fiche_id'))
        batch_op.drop_index(batch_op.f('ix_application_applicant_name'))
        batch_op.drop_index(batch_op.f('ix_application_applicant_id'))

    op.drop_table('application')
    with op.batch_alter_table('snapshot', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_snapshot_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_snapshot_call_id_kind'))

    op.drop_table('snapshot')
    with op.batch_alter_table('results', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_results_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_results_call_id'))

    op.drop_table('results')
    with op.batch_alter_table('received_list', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_received_list_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_received_list_call_id'))

    op.drop_table('received_list')
    with op.batch_alter_table('presentation_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presentation_change_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_presentation_change_call_id'))

    op.drop_table('presentation_change')
    with op.batch_alter_table('news_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_news_item_organisation_id_published_at'))
        batch_op.drop_index(batch_op.f('ix_news_item_organisation_id'))

    op.drop_table('news_item')
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mail_organisation_id'))

    op.drop_table('mail')
    with op.batch_alter_table('fiche', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fiche_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_fiche_call_id'))

    op.drop_table('fiche')
    with op.batch_alter_table('allocation_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_allocation_decision_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_allocation_decision_call_id'))

    op.drop_table('allocation_decision')
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_session_person_id'))
        batch_op.drop_index(batch_op.f('ix_sign_in_session_organisation_id'))

    op.drop_table('sign_in_session')
    with op.batch_alter_table('password_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_password_link_person_id'))
        batch_op.drop_index(batch_op.f('ix_password_link_organisation_id'))

    op.drop_table('password_link')
    with op.batch_alter_table('credential', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_credential_organisation_id'))

    op.drop_table('credential')
    with op.batch_alter_table('delegation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delegation_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_delegation_delegate_id'))

    op.drop_table('delegation')
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_call_state'))
        batch_op.drop_index(batch_op.f('ix_call_organisation_id'))

    op.drop_table('call')
    with op.batch_alter_table('strategy_share', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_strategy_share_organisation_id'))

    op.drop_table('strategy_share')
    with op.batch_alter_table('sign_in_attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_attempt_login_hash_at'))
        batch_op.drop_index(batch_op.f('ix_sign_in_attempt_address_mark_at'))

    op.drop_table('sign_in_attempt')
    op.drop_table('seen_token')
    with op.batch_alter_table('regulation_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_regulation_version_organisation_id'))

    op.drop_table('regulation_version')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_organisation_id'))

    op.drop_table('person')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_outbox_delivered_at_dead_at_available_at'))

    op.drop_table('outbox')
    op.drop_table('organisation')
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_member_organisation_id'))

    op.drop_table('member')
    op.drop_table('feed_cursor')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_organisation_id'))

    op.drop_table('event')
    with op.batch_alter_table('creation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_creation_organisation_id'))

    op.drop_table('creation')
    with op.batch_alter_table('applicant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_applicant_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_applicant_ic'))

    op.drop_table('applicant')
    drop_evidence_tables()
