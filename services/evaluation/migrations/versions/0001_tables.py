"""The tables of evaluation."""

import sqlalchemy as sa
from alembic import op

import shared.db
from shared.evidence.first_migration import drop_evidence_tables, make_evidence_tables

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_evidence_tables()
    op.create_table('call',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('amount', shared.db.MoneyColumn(), nullable=False),
    sa.Column('presentation_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('presentation_place', sa.String(length=300), nullable=False),
    sa.Column('facts', shared.db.JsonColumn, nullable=False),
    sa.Column('rules', shared.db.JsonColumn, nullable=False),
    sa.Column('committee_version', sa.Integer(), nullable=False),
    sa.Column('is_closed', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call'))
    )
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('event',
    sa.Column('seq', shared.db.BigId, autoincrement=True, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('payload', shared.db.JsonColumn, nullable=False),
    sa.Column('at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', shared.db.UtcDateTime(timezone=True), nullable=False),
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
    op.create_table('interest_link',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('person_name', sa.String(length=200), nullable=False),
    sa.Column('type', sa.String(length=30), nullable=False),
    sa.Column('source', sa.String(length=30), nullable=False),
    sa.Column('party_key', sa.String(length=60), nullable=True),
    sa.Column('party_name', sa.String(length=300), nullable=False),
    sa.Column('application_id', sa.Uuid(), nullable=True),
    sa.Column('municipality', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('recorded_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest_link'))
    )
    with op.batch_alter_table('interest_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interest_link_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_interest_link_person_id'), ['person_id'], unique=False)

    op.create_table('outbox',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('payload', shared.db.JsonColumn, nullable=False),
    sa.Column('created_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('available_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('leased_until', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('fencing_token', sa.Uuid(), nullable=True),
    sa.Column('delivered_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('dead_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_delivered_at_dead_at_available_at'), ['delivered_at', 'dead_at', 'available_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('seen_token',
    sa.Column('jti', sa.Uuid(), nullable=False),
    sa.Column('expires_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('jti', name=op.f('pk_seen_token'))
    )
    op.create_table('allocation_run',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('run_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('run_by', sa.String(length=200), nullable=False),
    sa.Column('rule', shared.db.JsonColumn, nullable=False),
    sa.Column('candidates', shared.db.JsonColumn, nullable=False),
    sa.Column('named_transfers', shared.db.JsonColumn, nullable=False),
    sa.Column('result', shared.db.JsonColumn, nullable=False),
    sa.Column('granted', shared.db.MoneyColumn(), nullable=False),
    sa.Column('left', shared.db.MoneyColumn(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_allocation_run_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allocation_run'))
    )
    with op.batch_alter_table('allocation_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_allocation_run_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_allocation_run_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('committee_member',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('function', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_committee_member_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_committee_member')),
    sa.UniqueConstraint('call_id', 'person_id', name=op.f('uq_committee_member_call_id_person_id'))
    )
    with op.batch_alter_table('committee_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_committee_member_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('control_template',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('fiche', sa.String(length=20), nullable=False),
    sa.Column('items', shared.db.JsonColumn, nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('author_name', sa.String(length=200), nullable=False),
    sa.Column('prepared_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('frozen_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_control_template_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_control_template')),
    sa.UniqueConstraint('call_id', 'fiche', name=op.f('uq_control_template_call_id_fiche'))
    )
    with op.batch_alter_table('control_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_control_template_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('declaration',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('person_name', sa.String(length=200), nullable=False),
    sa.Column('has_links', sa.Boolean(), nullable=False),
    sa.Column('declared_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('signed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_declaration_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declaration')),
    sa.UniqueConstraint('call_id', 'person_id', name=op.f('uq_declaration_call_id_person_id'))
    )
    with op.batch_alter_table('declaration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_declaration_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('link_change',
    sa.Column('link_id', sa.Uuid(), nullable=False),
    sa.Column('old_valid_to', sa.Date(), nullable=True),
    sa.Column('new_valid_to', sa.Date(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('changed_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['link_id'], ['interest_link.id'], name=op.f('fk_link_change_link_id_interest_link')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_change'))
    )
    with op.batch_alter_table('link_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_change_link_id'), ['link_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_link_change_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('meeting',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('held_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('place', sa.String(length=300), nullable=False),
    sa.Column('present', shared.db.JsonColumn, nullable=False),
    sa.Column('chair_id', sa.Uuid(), nullable=False),
    sa.Column('transfers', shared.db.JsonColumn, nullable=False),
    sa.Column('decided', shared.db.JsonColumn, nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=True),
    sa.Column('closed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('signed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_meeting_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('call_id', name=op.f('uq_meeting_call_id'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('presentation_change',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('old_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('old_place', sa.String(length=300), nullable=False),
    sa.Column('new_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('new_place', sa.String(length=300), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('notice_days', sa.Integer(), nullable=False),
    sa.Column('override_reason', sa.Text(), nullable=False),
    sa.Column('decided_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_presentation_change_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presentation_change'))
    )
    with op.batch_alter_table('presentation_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presentation_change_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_presentation_change_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('presentation_session',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('order', shared.db.JsonColumn, nullable=False),
    sa.Column('entries', shared.db.JsonColumn, nullable=False),
    sa.Column('public_count', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('closed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('signed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_presentation_session_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presentation_session')),
    sa.UniqueConstraint('call_id', name=op.f('uq_presentation_session_call_id'))
    )
    with op.batch_alter_table('presentation_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presentation_session_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('project_case',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('fiche', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('applicant_name', sa.String(length=300), nullable=False),
    sa.Column('applicant_kind', sa.String(length=30), nullable=False),
    sa.Column('requested', shared.db.MoneyColumn(), nullable=False),
    sa.Column('received_order', sa.Integer(), nullable=False),
    sa.Column('facts', shared.db.JsonColumn, nullable=False),
    sa.Column('registrar_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('state_since', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('assignment_version', sa.Integer(), nullable=False),
    sa.Column('control_round', sa.Integer(), nullable=False),
    sa.Column('control_ended_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('notice_due', sa.Date(), nullable=True),
    sa.Column('notice_deadline', shared.db.JsonColumn, nullable=True),
    sa.Column('points', sa.Double(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_project_case_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_case'))
    )
    with op.batch_alter_table('project_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_project_case_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_project_case_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_project_case_organisation_id_call_id_state'), ['organisation_id', 'call_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_project_case_organisation_id_state_notice_due'), ['organisation_id', 'state', 'notice_due'], unique=False)

    op.create_table('assignment',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('evaluator_id', sa.Uuid(), nullable=False),
    sa.Column('evaluator_name', sa.String(length=200), nullable=False),
    sa.Column('evaluator_function', sa.String(length=200), nullable=False),
    sa.Column('assigned_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('assigned_by', sa.String(length=200), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('wants_print', sa.Boolean(), nullable=False),
    sa.Column('print_handed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('print_handed_by', sa.String(length=200), nullable=False),
    sa.Column('print_received_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('opened_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['project_case.id'], name=op.f('fk_assignment_case_id_project_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment')),
    sa.UniqueConstraint('case_id', 'evaluator_id', name=op.f('uq_assignment_case_id_evaluator_id'))
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_evaluator_id'), ['evaluator_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('control',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('controller_id', sa.Uuid(), nullable=False),
    sa.Column('controller_name', sa.String(length=200), nullable=False),
    sa.Column('controller_function', sa.String(length=200), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('appointed_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('appointed_by', sa.String(length=200), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('released_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('is_registrar', sa.Boolean(), nullable=False),
    sa.Column('started_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('findings', shared.db.JsonColumn, nullable=False),
    sa.Column('is_acceptable', sa.Boolean(), nullable=True),
    sa.Column('has_unrepairable_defect', sa.Boolean(), nullable=False),
    sa.Column('concluded_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('list_record_id', sa.Uuid(), nullable=True),
    sa.Column('entry_record_id', sa.Uuid(), nullable=True),
    sa.Column('list_signed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('entry_signed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['project_case.id'], name=op.f('fk_control_case_id_project_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_control'))
    )
    with op.batch_alter_table('control', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_control_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_control_case_id_controller_id_round'), ['case_id', 'controller_id', 'round'], unique=True, sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_control_controller_id'), ['controller_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_control_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('control_decision',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('is_acceptable', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['project_case.id'], name=op.f('fk_control_decision_case_id_project_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_control_decision')),
    sa.UniqueConstraint('case_id', 'round', name=op.f('uq_control_decision_case_id_round'))
    )
    with op.batch_alter_table('control_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_control_decision_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('deficiency_call',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('deficiencies', shared.db.JsonColumn, nullable=False),
    sa.Column('fixed_date', sa.Date(), nullable=False),
    sa.Column('deadline', shared.db.JsonColumn, nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.Column('is_long_enough', sa.Boolean(), nullable=True),
    sa.Column('repaired_on', sa.Date(), nullable=True),
    sa.Column('repair_note', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['project_case.id'], name=op.f('fk_deficiency_call_case_id_project_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deficiency_call')),
    sa.UniqueConstraint('case_id', 'round', name=op.f('uq_deficiency_call_case_id_round'))
    )
    with op.batch_alter_table('deficiency_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deficiency_call_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('onsite_check',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('visited_on', sa.Date(), nullable=False),
    sa.Column('place', sa.String(length=300), nullable=False),
    sa.Column('present', shared.db.JsonColumn, nullable=False),
    sa.Column('claims', shared.db.JsonColumn, nullable=False),
    sa.Column('need', sa.Text(), nullable=False),
    sa.Column('accord', sa.Text(), nullable=False),
    sa.Column('deduction', sa.String(length=20), nullable=False),
    sa.Column('forbids_recommendation', sa.Boolean(), nullable=False),
    sa.Column('closed_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('signed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['project_case.id'], name=op.f('fk_onsite_check_case_id_project_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_onsite_check')),
    sa.UniqueConstraint('case_id', name=op.f('uq_onsite_check_case_id'))
    )
    with op.batch_alter_table('onsite_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_onsite_check_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('recommendation',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('is_recommended', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('in_favour', sa.Integer(), nullable=False),
    sa.Column('against', sa.Integer(), nullable=False),
    sa.Column('abstained', sa.Integer(), nullable=False),
    sa.Column('voters', shared.db.JsonColumn, nullable=False),
    sa.Column('recused', shared.db.JsonColumn, nullable=False),
    sa.Column('points', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['project_case.id'], name=op.f('fk_recommendation_case_id_project_case')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_recommendation_meeting_id_meeting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recommendation')),
    sa.UniqueConstraint('case_id', name=op.f('uq_recommendation_case_id'))
    )
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recommendation_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_recommendation_organisation_id'), ['organisation_id'], unique=False)

    op.create_table(
        "letter_batch",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("created_at", shared.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("is_placed", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_letter_batch_call_id_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_batch")),
    )
    with op.batch_alter_table("letter_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_batch_call_id"), ["call_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_letter_batch_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table('record',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('signer_ids', shared.db.JsonColumn, nullable=False),
    sa.Column('request', shared.db.JsonColumn, nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('requested_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('signed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('issued_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('delivery_state', sa.String(length=20), nullable=True),
    sa.Column('channel', sa.String(length=20), nullable=True),
    sa.Column('dispatched_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.Column('delivery_basis', sa.String(length=20), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['letter_batch.id'], name=op.f('fk_record_batch_id_letter_batch')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_record_call_id_call')),
    sa.ForeignKeyConstraint(['case_id'], ['project_case.id'], name=op.f('fk_record_case_id_project_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record'))
    )
    with op.batch_alter_table('record', schema=None) as batch_op:
        batch_op.create_index('ix_record_live', ['organisation_id', 'kind', 'subject_id'], unique=True, sqlite_where=sa.text("state NOT IN ('cancelled', 'void') AND kind <> 'presentation_notice'"), postgresql_where=sa.text("state NOT IN ('cancelled', 'void') AND kind <> 'presentation_notice'"))
        batch_op.create_index(
            batch_op.f("ix_record_organisation_id_delivery_state"),
            ["organisation_id", "delivery_state"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_record_kind_case_id_state"),
            ["kind", "case_id", "state"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_record_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_record_case_id"),
            ["case_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f('ix_record_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_organisation_id_call_id_kind'), ['organisation_id', 'call_id', 'kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_organisation_id_case_id_kind'), ['organisation_id', 'case_id', 'kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_organisation_id_state'), ['organisation_id', 'state'], unique=False)

    op.create_table('resolution',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('vote', shared.db.JsonColumn, nullable=False),
    sa.Column('lines', shared.db.JsonColumn, nullable=False),
    sa.Column('by_fiche', shared.db.JsonColumn, nullable=False),
    sa.Column('total', shared.db.MoneyColumn(), nullable=False),
    sa.Column('amount_change_reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.Column('signed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_resolution_call_id_call')),
    sa.ForeignKeyConstraint(['run_id'], ['allocation_run.id'], name=op.f('fk_resolution_run_id_allocation_run')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resolution')),
    sa.UniqueConstraint('call_id', name=op.f('uq_resolution_call_id'))
    )
    with op.batch_alter_table('resolution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_resolution_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('review',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('about', sa.String(length=40), nullable=False),
    sa.Column('notice_id', sa.Uuid(), nullable=False),
    sa.Column('notice_delivered_on', sa.Date(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('deadline', shared.db.JsonColumn, nullable=False),
    sa.Column('recorded_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('body', sa.String(length=200), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('reasons', sa.Text(), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('record_id', sa.Uuid(), nullable=True),
    sa.Column('signed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['project_case.id'], name=op.f('fk_review_case_id_project_case')),
    sa.ForeignKeyConstraint(['notice_id'], ['record.id'], name=op.f('fk_review_notice_id_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('case_id', 'about', name=op.f('uq_review_case_id_about'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('score_sheet',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('evaluator_id', sa.Uuid(), nullable=False),
    sa.Column('evaluator_name', sa.String(length=200), nullable=False),
    sa.Column('scores', shared.db.JsonColumn, nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('closed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('signed_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('excluded_at', shared.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('excluded_by', sa.String(length=200), nullable=False),
    sa.Column('exclusion_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['project_case.id'], name=op.f('fk_score_sheet_case_id_project_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_sheet')),
    sa.UniqueConstraint('case_id', 'evaluator_id', name=op.f('uq_score_sheet_case_id_evaluator_id'))
    )
    with op.batch_alter_table('score_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_sheet_evaluator_id'), ['evaluator_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_score_sheet_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('spread_decision',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('spread', sa.String(length=20), nullable=False),
    sa.Column('threshold', sa.String(length=20), nullable=False),
    sa.Column('sheets', sa.Integer(), nullable=False),
    sa.Column('decided_at', shared.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['project_case.id'], name=op.f('fk_spread_decision_case_id_project_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spread_decision')),
    sa.UniqueConstraint('case_id', name=op.f('uq_spread_decision_case_id'))
    )
    with op.batch_alter_table('spread_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_spread_decision_organisation_id'), ['organisation_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('spread_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_spread_decision_organisation_id'))

    op.drop_table('spread_decision')
    with op.batch_alter_table('score_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_score_sheet_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_score_sheet_evaluator_id'))

    op.drop_table('score_sheet')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_organisation_id'))

    op.drop_table('review')
    with op.batch_alter_table('resolution', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_resolution_organisation_id'))

    op.drop_table('resolution')
    with op.batch_alter_table('record', schema=None) as batch_op:
        batch_op.drop_index('ix_record_live', sqlite_where=sa.text("state NOT IN ('cancelled', 'void') AND kind <> 'presentation_notice'"), postgresql_where=sa.text("state NOT IN ('cancelled', 'void') AND kind <> 'presentation_notice'"))
        batch_op.drop_index(batch_op.f("ix_record_organisation_id_delivery_state"))
        batch_op.drop_index(batch_op.f("ix_record_kind_case_id_state"))
        batch_op.drop_index(batch_op.f("ix_record_case_id"))
        batch_op.drop_index(batch_op.f("ix_record_batch_id"))
        batch_op.drop_index(batch_op.f('ix_record_organisation_id_state'))
        batch_op.drop_index(batch_op.f('ix_record_organisation_id_case_id_kind'))
        batch_op.drop_index(batch_op.f('ix_record_organisation_id_call_id_kind'))
        batch_op.drop_index(batch_op.f('ix_record_organisation_id'))

    op.drop_table('record')
    with op.batch_alter_table("letter_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_batch_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_letter_batch_call_id"))

    op.drop_table("letter_batch")
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recommendation_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_recommendation_meeting_id'))

    op.drop_table('recommendation')
    with op.batch_alter_table('onsite_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_onsite_check_organisation_id'))

    op.drop_table('onsite_check')
    with op.batch_alter_table('deficiency_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deficiency_call_organisation_id'))

    op.drop_table('deficiency_call')
    with op.batch_alter_table('control_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_control_decision_organisation_id'))

    op.drop_table('control_decision')
    with op.batch_alter_table('control', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_control_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_control_controller_id'))
        batch_op.drop_index(batch_op.f('ix_control_case_id_controller_id_round'), sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_control_case_id'))

    op.drop_table('control')
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assignment_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_assignment_evaluator_id'))

    op.drop_table('assignment')
    with op.batch_alter_table('project_case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_project_case_organisation_id_state_notice_due'))
        batch_op.drop_index(batch_op.f('ix_project_case_organisation_id_call_id_state'))
        batch_op.drop_index(batch_op.f('ix_project_case_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_project_case_call_id'))

    op.drop_table('project_case')
    with op.batch_alter_table('presentation_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presentation_session_organisation_id'))

    op.drop_table('presentation_session')
    with op.batch_alter_table('presentation_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presentation_change_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_presentation_change_call_id'))

    op.drop_table('presentation_change')
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_organisation_id'))

    op.drop_table('meeting')
    with op.batch_alter_table('declaration', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_declaration_organisation_id'))

    op.drop_table('declaration')
    with op.batch_alter_table('control_template', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_control_template_organisation_id'))

    op.drop_table('control_template')
    with op.batch_alter_table('committee_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_committee_member_organisation_id'))

    op.drop_table('committee_member')
    with op.batch_alter_table('allocation_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_allocation_run_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_allocation_run_call_id'))

    op.drop_table('allocation_run')
    op.drop_table('seen_token')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_outbox_delivered_at_dead_at_available_at'))

    op.drop_table('outbox')
    with op.batch_alter_table('link_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_change_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_link_change_link_id'))

    op.drop_table('link_change')
    with op.batch_alter_table('interest_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_interest_link_person_id'))
        batch_op.drop_index(batch_op.f('ix_interest_link_organisation_id'))

    op.drop_table('interest_link')
    op.drop_table('feed_cursor')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_organisation_id'))

    op.drop_table('event')
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_call_organisation_id'))

    op.drop_table('call')
    drop_evidence_tables()
