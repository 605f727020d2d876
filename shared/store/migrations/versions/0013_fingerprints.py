"""Acoustic fingerprints with the pairs that are alike, and a hash of all decoded samples.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the column, and a job that fingerprints in the background what has its features already."""
    op.create_table(
        "acoustic_fingerprints",
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("levels", sa.LargeBinary(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.create_index(
        "acoustic_fingerprints_keys", "acoustic_fingerprints", ["keys"], postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )  # fmt: skip
    op.create_table(
        "fingerprint_pairs",
        sa.Column("one_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("other_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("bit_error_rate", sa.Float(), nullable=False),
        sa.Column("level_deviation_db", sa.Float(), nullable=False),
        sa.Column("overlap", sa.Float(), nullable=False),
        sa.CheckConstraint("one_id < other_id"),
    )
    op.create_index("ix_fingerprint_pairs_other_id", "fingerprint_pairs", ["other_id"])
    op.add_column("feature_sets", sa.Column("decoded_sha256", sa.Text(), nullable=True))
    op.execute(
        """
        insert into jobs (id, kind, params, state, listed, ignored, idempotency_key, attempts)
        select gen_random_uuid(), 'recompute', '{"fingerprints": true}', 'queued', false, '{}', 'fingerprints/1', 0
        where exists (select from feature_sets where state = 'ready')
        """
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("feature_sets", "decoded_sha256")
    op.drop_table("fingerprint_pairs")
    op.drop_table("acoustic_fingerprints")
