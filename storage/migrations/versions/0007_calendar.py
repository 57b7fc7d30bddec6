"""The campaign's calendar, and what is remembered of reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table('campaign_messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', storage.database.columns.Words(), nullable=False),
    sa.Column('titles', sa.JSON(), nullable=False),
    sa.Column('rule', storage.database.columns.Words(), server_default='', nullable=False),
    sa.Column('at', storage.database.columns.Words(), nullable=False),
    sa.Column('audience', sa.JSON(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('picture', storage.database.columns.Words(), server_default='', nullable=False),
    sa.Column('links', sa.JSON(), nullable=False),
    sa.Column('content', storage.database.columns.Words(), server_default='', nullable=False),
    sa.Column('priority', sa.BigInteger(), server_default='5', nullable=False),
    sa.Column('urgent', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('since', storage.database.columns.Instant(), nullable=True),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('rehearsed_on', sa.Date(), nullable=True),
    sa.CheckConstraint("content IN ('', 'address', 'deeds', 'totals')", name=op.f('ck_campaign_messages_content')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_messages_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_messages')),
    sa.UniqueConstraint('campaign_id', 'name', name=op.f('uq_campaign_messages_campaign_id_name'))
    )
    with op.batch_alter_table('broadcasts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('subject', storage.database.columns.Words(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('expires_at', storage.database.columns.Instant(), nullable=True))
        batch_op.create_index(batch_op.f('ix_broadcasts_message_id'), ['message_id'], unique=False)

    with op.batch_alter_table('places', schema=None) as batch_op:
        batch_op.add_column(sa.Column('nudged_at', storage.database.columns.Instant(), nullable=True))

    with op.batch_alter_table('pledges', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reminded', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('reminded_at', storage.database.columns.Instant(), nullable=True))
        batch_op.add_column(sa.Column('reminders', sa.Boolean(), server_default=sa.true(), nullable=False))
