"""Which annotator decided the label of each example: its origin, for the figures on an origin that was left out.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Of older snapshots the origins are not known."""
    op.add_column("snapshot_items", sa.Column("origin", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("snapshot_items", "origin")
