"""Peaks, covers and copies in Opus of tracks, made once.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No row changes."""
    op.create_table(
        "track_media",
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("blob_key", sa.Text()),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text()),
        sa.Column("duration_s", sa.Double()),
        sa.Column("reason", sa.Text()),
        sa.Column("detail", sa.Text()),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("track_id", "kind"),
        sa.CheckConstraint("kind in ('peaks', 'cover_96', 'cover_480', 'opus')", name="a_known_kind_of_media"),
        sa.CheckConstraint("num_nonnulls(content, blob_key, reason) = 1", name="media_or_a_reason"),
    )
    op.create_index("track_media_blobs", "track_media", ["blob_key"], postgresql_where=sa.text("blob_key is not null"))


def downgrade() -> None:
    """All of it is made anew on the next visit; the blobs of copies stay in the store, and nothing names them."""
    op.drop_table("track_media")
