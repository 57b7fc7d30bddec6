"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', storage.database.columns.Instant(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('act', sa.Text(), nullable=False),
    sa.Column('object', sa.Text(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('previous', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_hash'))
    )
    op.create_table('inbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('update_key', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=True),
    sa.Column('media', sa.JSON(), nullable=True),
    sa.Column('state', sa.Text(), server_default='waiting', nullable=False),
    sa.Column('attempts', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('error', sa.Text(), server_default='', nullable=False),
    sa.Column('received_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('due_at', storage.database.columns.Instant(), nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'done', 'dead')", name=op.f('ck_inbox_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox')),
    sa.UniqueConstraint('channel', 'update_key', name=op.f('uq_inbox_channel_update_key'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbox_received_at'), ['received_at'], unique=False)
        batch_op.create_index('ix_inbox_waiting', ['channel', 'id'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('people',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('blocked_at', storage.database.columns.Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people'))
    )
    op.create_table('posters',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('leads_to', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_posters'))
    )
    op.create_table('seals',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_seals'))
    )
    op.create_table('units',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), server_default='', nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('valid_from_on', sa.Date(), nullable=False),
    sa.Column('valid_to_on', sa.Date(), nullable=True),
    sa.CheckConstraint("kind IN ('province', 'district', 'commune', 'hamlet', 'branch')", name=op.f('ck_units_kind')),
    sa.ForeignKeyConstraint(['parent_id'], ['units.id'], name=op.f('fk_units_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units')),
    sa.UniqueConstraint('code', 'valid_from_on', name=op.f('uq_units_code_valid_from_on'))
    )
    op.create_table('web_messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('dedupe_key', sa.Text(), nullable=False),
    sa.Column('mine', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('replaced_at', storage.database.columns.Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_messages')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_web_messages_dedupe_key'))
    )
    with op.batch_alter_table('web_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_web_messages_address_id'), ['address', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_web_messages_created_at'), ['created_at'], unique=False)

    op.create_table('web_sessions',
    sa.Column('token_index', sa.LargeBinary(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('seen_at', storage.database.columns.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('token_index', name=op.f('pk_web_sessions'))
    )
    with op.batch_alter_table('web_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_web_sessions_seen_at'), ['seen_at'], unique=False)

    op.create_table('accounts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='open', nullable=False),
    sa.Column('announcements_here', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('source', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('heard_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('bucket', sa.Float(), server_default='0', nullable=False),
    sa.Column('bucket_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('muted_until', storage.database.columns.Instant(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'blocked')", name=op.f('ck_accounts_state')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_accounts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('channel', 'address', name=op.f('uq_accounts_channel_address'))
    )
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accounts_person_id'), ['person_id'], unique=False)

    op.create_table('campaigns',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('prefix', sa.Text(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('theme', sa.Text(), server_default='', nullable=False),
    sa.Column('organiser', sa.Text(), nullable=False),
    sa.Column('hotline', sa.Text(), server_default='', nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('peak_first_on', sa.Date(), nullable=True),
    sa.Column('peak_last_on', sa.Date(), nullable=True),
    sa.Column('active', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_campaigns_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns')),
    sa.UniqueConstraint('prefix', name=op.f('uq_campaigns_prefix'))
    )
    op.create_table('consents',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('text_version', sa.Text(), nullable=False),
    sa.Column('text_hash', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('given_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('withdrawn_at', storage.database.columns.Instant(), nullable=True),
    sa.CheckConstraint("purpose IN ('take_part', 'announcements', 'publish_name')", name=op.f('ck_consents_purpose')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_consents_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents'))
    )
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consents_person_id'), ['person_id'], unique=False)

    op.create_table('places',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('place', sa.LargeBinary(), nullable=False),
    sa.Column('updated_at', storage.database.columns.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_places_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_places'))
    )
    with op.batch_alter_table('places', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_places_updated_at'), ['updated_at'], unique=False)

    op.create_table('staff',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('granted_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('revoked_at', storage.database.columns.Instant(), nullable=True),
    sa.CheckConstraint("role IN ('officer', 'admin')", name=op.f('ck_staff_role')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_staff_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_staff_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff'))
    )
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_person_id'), ['person_id'], unique=False)

    op.create_table('unit_aliases',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_unit_aliases_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_aliases'))
    )
    with op.batch_alter_table('unit_aliases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_aliases_unit_id'), ['unit_id'], unique=False)

    op.create_table('volunteers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('full_name', sa.Text(), nullable=False),
    sa.Column('folded_name', sa.Text(), nullable=False),
    sa.Column('birth_year', sa.BigInteger(), nullable=False),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('phone_index', sa.LargeBinary(), nullable=True),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hamlet', sa.Text(), nullable=False),
    sa.Column('activities', sa.JSON(), nullable=False),
    sa.Column('free_time', sa.Text(), server_default='', nullable=False),
    sa.Column('organisation', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), server_default='registered', nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('updated_at', storage.database.columns.Instant(), nullable=False),
    sa.CheckConstraint("state IN ('registered', 'withdrawn')", name=op.f('ck_volunteers_state')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_volunteers_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_volunteers_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_volunteers')),
    sa.UniqueConstraint('person_id', name=op.f('uq_volunteers_person_id'))
    )
    with op.batch_alter_table('volunteers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_volunteers_phone_index'), ['phone_index'], unique=False)

    op.create_table('addresses',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('shown_name', sa.Text(), nullable=False),
    sa.Column('people_count', sa.BigInteger(), server_default='1', nullable=False),
    sa.Column('story', sa.Text(), nullable=False),
    sa.Column('picture', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), server_default='proposed', nullable=False),
    sa.Column('consented', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('dossier', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.CheckConstraint("state IN ('proposed', 'surveyed', 'verified', 'approved', 'closed', 'refused', 'paused', 'duplicate')", name=op.f('ck_addresses_state')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_addresses_campaign_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_addresses_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_addresses')),
    sa.UniqueConstraint('code', name=op.f('uq_addresses_code'))
    )
    op.create_table('deeds',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('doer_kind', sa.Text(), nullable=False),
    sa.Column('doer_name', sa.Text(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('helped', sa.Text(), nullable=False),
    sa.Column('helped_count', sa.BigInteger(), nullable=True),
    sa.Column('shows_people', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('shown_consented', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('shows_child', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('guardian_consented', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('reporter_name', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), server_default='new', nullable=False),
    sa.Column('dedupe_key', sa.Text(), nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.CheckConstraint("doer_kind IN ('individual', 'group')", name=op.f('ck_deeds_doer_kind')),
    sa.CheckConstraint("state IN ('new', 'approved', 'declined', 'withdrawn')", name=op.f('ck_deeds_state')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_deeds_campaign_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_deeds_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_deeds_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deeds')),
    sa.UniqueConstraint('code', name=op.f('uq_deeds_code')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_deeds_dedupe_key'))
    )
    with op.batch_alter_table('deeds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deeds_person_id'), ['person_id'], unique=False)

    op.create_table('link_codes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_index', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('expires_at', storage.database.columns.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_link_codes_account_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_link_codes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_codes')),
    sa.UniqueConstraint('code_index', name=op.f('uq_link_codes_code_index'))
    )
    op.create_table('link_tries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tried_at', storage.database.columns.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_link_tries_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_tries'))
    )
    with op.batch_alter_table('link_tries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_tries_account_id'), ['account_id'], unique=False)

    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('dedupe_key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), server_default='reply', nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.Text(), server_default='waiting', nullable=False),
    sa.Column('attempts', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('message_id', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('due_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('leased_until', storage.database.columns.Instant(), nullable=True),
    sa.Column('owner', sa.Text(), server_default='', nullable=False),
    sa.Column('sent_at', storage.database.columns.Instant(), nullable=True),
    sa.CheckConstraint("kind IN ('reply', 'notice', 'broadcast')", name=op.f('ck_outbox_kind')),
    sa.CheckConstraint("state IN ('waiting', 'leased', 'sent', 'failed', 'gone', 'unknown', 'opted_out', 'skipped')", name=op.f('ck_outbox_state')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_outbox_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_outbox_dedupe_key'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_outbox_open', ['channel', 'id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'leased')"), postgresql_where=sa.text("state IN ('waiting', 'leased')"))

    op.create_table('pictures',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('bytes', sa.BigInteger(), nullable=False),
    sa.Column('width', sa.BigInteger(), nullable=False),
    sa.Column('height', sa.BigInteger(), nullable=False),
    sa.Column('kept', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_pictures_account_id')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_pictures'))
    )
    with op.batch_alter_table('pictures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pictures_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pictures_created_at'), ['created_at'], unique=False)

    op.create_table('deed_pictures',
    sa.Column('deed_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('picture', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['deed_id'], ['deeds.id'], name=op.f('fk_deed_pictures_deed_id')),
    sa.ForeignKeyConstraint(['picture'], ['pictures.name'], name=op.f('fk_deed_pictures_picture')),
    sa.PrimaryKeyConstraint('deed_id', 'position', name=op.f('pk_deed_pictures'))
    )
    op.create_table('needs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('address_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('measure', sa.Text(), server_default='', nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('promised', sa.BigInteger(), server_default='0', nullable=False),
    sa.CheckConstraint("kind IN ('money', 'goods', 'work')", name=op.f('ck_needs_kind')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_needs_amount')),
    sa.CheckConstraint('promised >= 0', name=op.f('ck_needs_promised')),
    sa.ForeignKeyConstraint(['address_id'], ['addresses.id'], name=op.f('fk_needs_address_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_needs'))
    )
    with op.batch_alter_table('needs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_needs_address_id'), ['address_id'], unique=False)

    op.create_table('pledges',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('address_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('amount', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('what', sa.Text(), server_default='', nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('monthly_until_on', sa.Date(), nullable=True),
    sa.Column('organisation', sa.Text(), server_default='', nullable=False),
    sa.Column('shown_as', sa.Text(), nullable=False),
    sa.Column('shown_name', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), server_default='new', nullable=False),
    sa.Column('dedupe_key', sa.Text(), nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('cancelled_at', storage.database.columns.Instant(), nullable=True),
    sa.CheckConstraint("kind IN ('money', 'goods', 'work')", name=op.f('ck_pledges_kind')),
    sa.CheckConstraint("shown_as IN ('full_name', 'initials', 'anonymous')", name=op.f('ck_pledges_shown_as')),
    sa.CheckConstraint("state IN ('new', 'confirmed', 'fulfilled', 'cancelled')", name=op.f('ck_pledges_state')),
    sa.ForeignKeyConstraint(['address_id'], ['addresses.id'], name=op.f('fk_pledges_address_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_pledges_campaign_id')),
    sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name=op.f('fk_pledges_need_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_pledges_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledges')),
    sa.UniqueConstraint('code', name=op.f('uq_pledges_code')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_pledges_dedupe_key'))
    )
    with op.batch_alter_table('pledges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pledges_address_id'), ['address_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledges_person_id'), ['person_id'], unique=False)

