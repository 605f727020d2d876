"""Cursors, parked work, clips and cool-downs: what web sources need."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("cursor", postgresql.JSONB(), nullable=True))
    op.add_column("jobs", sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("job_items", sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "clips",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("match_score", sa.Float(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_clips_track_id", "clips", ["track_id"])
    op.create_index(
        "clips_to_delete", "clips", ["key"],
        postgresql_where=sa.text("dropped_at is not null and deleted_at is null"),
    )  # fmt: skip
    op.create_table(
        "cool_downs",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "credential"),
    )


def downgrade() -> None:
    op.drop_table("cool_downs")
    op.drop_table("clips")
    op.drop_column("job_items", "wake_at")
    op.drop_column("jobs", "wake_at")
    op.drop_column("jobs", "cursor")
