"""Folds of trainings that are not finished.

Revision ID: 0006
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fold_results",
        sa.Column("job_item_id", sa.BigInteger(), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("n_classes", sa.Integer(), nullable=False),
        sa.Column("probabilities", postgresql.ARRAY(sa.Double()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["job_item_id"], ["job_items.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_item_id", "fold"),
    )


def downgrade() -> None:
    op.drop_table("fold_results")
