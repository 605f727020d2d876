"""What is heard in tracks that are no music, beside the outputs that say so.

Rows that are there were written by an earlier version of YAMNet's spec. They say nothing of it, and are made again.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column, and an index of the few rows that have it."""
    op.add_column("tagger_outputs", sa.Column("content_kind", sa.Text()))
    op.create_index(
        "tagger_outputs_not_music",
        "tagger_outputs",
        ["track_id"],
        postgresql_where=sa.text("content_kind IS NOT NULL"),
    )


def downgrade() -> None:
    """Both go."""
    op.drop_index("tagger_outputs_not_music", "tagger_outputs")
    op.drop_column("tagger_outputs", "content_kind")
