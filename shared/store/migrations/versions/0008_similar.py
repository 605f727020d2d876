"""Embeddings of networks, standardised descriptors, and what networks read of uploads.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import Vector

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("embeddings_of_a_model", "embeddings", ["model_id"])
    op.create_index("feature_sets_by_age", "feature_sets", ["spec", "made_at"])
    op.create_table(
        "standards",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("n_tracks", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("caught_up_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint("spec", "synthetic"),
    )
    op.create_table(
        "standard_vectors",
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("standard_id", sa.Uuid(), sa.ForeignKey("standards.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("vector", Vector(), nullable=False),
    )
    op.create_index("vectors_of_a_standard", "standard_vectors", ["standard_id"])
    op.add_column("uploads", sa.Column("excerpts", sa.LargeBinary()))
    op.add_column("uploads", sa.Column("waveform", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("uploads", "waveform")
    op.drop_column("uploads", "excerpts")
    op.drop_table("standard_vectors")
    op.drop_table("standards")
    op.drop_index("feature_sets_by_age", "feature_sets")
    op.drop_index("embeddings_of_a_model", "embeddings")
