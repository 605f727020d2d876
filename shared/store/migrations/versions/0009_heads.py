"""Targets that are no class: a training set of tags or dimensions keeps a number for each output of its head."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; training sets of classes leave it empty."""
    op.add_column("snapshot_items", sa.Column("numbers", postgresql.ARRAY(sa.Double()), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("snapshot_items", "numbers")
