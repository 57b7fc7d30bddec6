"""Broadcasts with their ledger, and how fast each channel may be sent to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table('paces',
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('slots', sa.JSON(), nullable=False),
    sa.Column('reply_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('broadcast_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('share', sa.Float(), server_default='1', nullable=False),
    sa.Column('slowed_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('paused_until', storage.database.columns.Instant(), nullable=True),
    sa.Column('sent_at', storage.database.columns.Instant(), nullable=True),
    sa.PrimaryKeyConstraint('channel', name=op.f('pk_paces'))
    )
    op.create_table('broadcasts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('approved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('occurrence_key', sa.Text(), nullable=True),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('fallback', sa.Text(), server_default='', nullable=False),
    sa.Column('picture', sa.Text(), server_default='', nullable=False),
    sa.Column('links', sa.JSON(), nullable=False),
    sa.Column('audience', sa.JSON(), nullable=False),
    sa.Column('urgent', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('state', sa.Text(), server_default='draft', nullable=False),
    sa.Column('problem', sa.Text(), server_default='', nullable=False),
    sa.Column('revision', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('recipients', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('last_person_id', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('cursor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('created_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('tested_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('looked_right_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('send_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('go_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('frozen_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('expanded_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('started_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('told_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('ended_at', storage.database.columns.Instant(), nullable=True),
    sa.Column('outcomes', sa.JSON(), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'waiting', 'planned', 'running', 'cancelling', 'correcting', 'recalling', 'paused', 'done', 'cancelled', 'recalled')", name=op.f('ck_broadcasts_state')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['people.id'], name=op.f('fk_broadcasts_approved_by_id')),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_broadcasts_author_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_broadcasts_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_broadcasts')),
    sa.UniqueConstraint('occurrence_key', name=op.f('uq_broadcasts_occurrence_key'))
    )
    with op.batch_alter_table('broadcasts', schema=None) as batch_op:
        batch_op.create_index('ix_broadcasts_open', ['state'], unique=False, sqlite_where=sa.text("state IN ('planned', 'running', 'cancelling', 'correcting', 'recalling')"), postgresql_where=sa.text("state IN ('planned', 'running', 'cancelling', 'correcting', 'recalling')"))

    op.create_table('deliveries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('broadcast_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='planned', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('revision', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('attempts', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('owner', sa.Text(), server_default='', nullable=False),
    sa.Column('message_id', sa.Text(), server_default='', nullable=False),
    sa.Column('due_at', storage.database.columns.Instant(), nullable=False),
    sa.Column('leased_until', storage.database.columns.Instant(), nullable=True),
    sa.Column('sent_at', storage.database.columns.Instant(), nullable=True),
    sa.CheckConstraint("state IN ('planned', 'leased', 'sent', 'failed', 'gone', 'opted_out', 'skipped', 'unknown')", name=op.f('ck_deliveries_state')),
    sa.ForeignKeyConstraint(['broadcast_id'], ['broadcasts.id'], name=op.f('fk_deliveries_broadcast_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_deliveries_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
    sa.UniqueConstraint('person_id', 'broadcast_id', name=op.f('uq_deliveries_person_id_broadcast_id'))
    )
    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deliveries_broadcast_id_state_revision_id'), ['broadcast_id', 'state', 'revision', 'id'], unique=False)

    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('free_at', storage.database.columns.Instant(), nullable=True))
