"""How many candidates were tried for the place of a champion.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. How many were tried for earlier champions was not counted."""
    op.add_column("model_history", sa.Column("n_tried", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("model_history", "n_tried")
