"""What a person's labels change of a model's probabilities.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The scorer fits the heads of labels of before by itself."""
    op.create_table(
        "personal_heads",
        sa.Column("annotator_id", sa.BigInteger(), sa.ForeignKey("annotators.id", ondelete="CASCADE"), nullable=False),
        sa.Column("model_id", sa.Uuid(), sa.ForeignKey("models.id", ondelete="CASCADE"), nullable=False),
        sa.Column("standard_id", sa.Uuid(), sa.ForeignKey("standards.id", ondelete="CASCADE")),
        sa.Column("labels_hash", sa.Text(), nullable=False),
        sa.Column("n_labels", sa.Integer(), nullable=False),
        sa.Column("n_with_components", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Double()),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("annotator_id", "model_id"),
    )


def downgrade() -> None:
    """Heads can be fitted again."""
    op.drop_table("personal_heads")
