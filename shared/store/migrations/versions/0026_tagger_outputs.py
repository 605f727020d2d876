"""What audio taggers give for tracks, and for songs that are sent in.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table, and a column of the uploads."""
    op.create_table(
        "tagger_outputs",
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("tagger", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("values", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("track_id", "tagger", "fingerprint"),
    )
    op.create_index("tagger_outputs_by_version", "tagger_outputs", ["tagger", "fingerprint"])
    op.add_column("uploads", sa.Column("tagger_outputs", postgresql.JSONB()))


def downgrade() -> None:
    """Both go."""
    op.drop_column("uploads", "tagger_outputs")
    op.drop_table("tagger_outputs")
