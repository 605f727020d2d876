"""Outputs of taggers on short windows, and the heads that make curves of them.

Revision ID: 0032
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables, and of which taggers windows of a song that was sent in are to be made."""
    op.create_table(
        "window_outputs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE")),
        sa.Column("upload_id", sa.Uuid(), sa.ForeignKey("uploads.id", ondelete="CASCADE")),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("audio_sha256", sa.Text(), nullable=False),
        sa.Column("taggers", postgresql.JSONB(), nullable=False),
        sa.Column("starts_s", postgresql.ARRAY(sa.Float()), nullable=False),
        sa.Column("values", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("track_id", "span", "fingerprint", name="window_outputs_of_a_track"),
        sa.UniqueConstraint("upload_id", "fingerprint", name="window_outputs_of_an_upload"),
        sa.CheckConstraint("num_nonnulls(track_id, upload_id) = 1", name="window_outputs_of_one"),
        sa.CheckConstraint("span in ('file', 'excerpt')", name="a_known_span"),
    )
    op.create_table(
        "curve_heads",
        sa.Column("model_id", sa.Uuid(), sa.ForeignKey("models.id", ondelete="CASCADE"), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", "fingerprint"),
    )
    op.add_column("uploads", sa.Column("window_taggers", postgresql.JSONB()))


def downgrade() -> None:
    """They go."""
    op.drop_column("uploads", "window_taggers")
    op.drop_table("curve_heads")
    op.drop_table("window_outputs")
