"""Tracks that persons are asked to label, with the probability of each draw and the model's answer of that moment.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No row changes."""
    op.create_table(
        "review_draws",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("annotator_id", sa.BigInteger(), sa.ForeignKey("annotators.id"), nullable=False),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("taxonomy", sa.Text(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("n_tracks", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_again", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("earlier_label", sa.Text()),
        sa.Column("model_id", sa.Uuid(), sa.ForeignKey("models.id", ondelete="SET NULL")),
        sa.Column("probabilities", postgresql.JSONB()),
        sa.Column("predicted", sa.Text()),
        sa.Column("basis", sa.Text()),
        sa.Column("label", sa.Text()),
        sa.Column("labelled_at", sa.DateTime(timezone=True)),
        sa.Column("drawn_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("probability > 0 and probability <= 1 and n_tracks > 0", name="a_draw_has_a_probability"),
        sa.CheckConstraint("(label is null) = (labelled_at is null)", name="a_label_has_a_time"),
    )
    op.create_index("review_draws_of_an_annotator", "review_draws", ["annotator_id", "taxonomy", "track_id"])
    op.create_index("review_draws_of_a_track", "review_draws", ["track_id"])
    op.create_index("review_draws_of_a_model", "review_draws", ["model_id"])


def downgrade() -> None:
    """Labels stay; that they were asked for is lost."""
    op.drop_table("review_draws")
