"""What values are worth, what was lost and what it took; variants, and packs for training."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("catalogue_features", sa.Column("loudness_dbfs", sa.Float(), nullable=True))
    op.add_column("catalogue_features", sa.Column("statuses", postgresql.JSONB(), nullable=True))
    op.add_column("catalogue_features", sa.Column("spec", sa.Text(), nullable=True))
    op.add_column("feature_specs", sa.Column("descriptor_units", postgresql.JSONB(), nullable=True))
    op.add_column("feature_sets", sa.Column("seconds_lost", sa.Float(), nullable=True))
    op.add_column("feature_sets", sa.Column("took_s", sa.Float(), nullable=True))
    op.add_column("arrays", sa.Column("starts_s", postgresql.ARRAY(sa.Float()), nullable=True))
    op.create_table(
        "variants",
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("transform", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("blob_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("shape", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("track_id", "spec", "transform", "seed", "copy"),
    )
    op.create_table(
        "packs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("manifest_key", sa.Text(), nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=False),
        sa.Column("n_tracks", sa.Integer(), nullable=False),
        sa.Column("n_arrays", sa.Integer(), nullable=False),
        sa.Column("n_shards", sa.Integer(), nullable=False),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.Column("summary", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )


def downgrade() -> None:
    op.drop_table("packs")
    op.drop_table("variants")
    op.drop_column("arrays", "starts_s")
    op.drop_column("feature_sets", "took_s")
    op.drop_column("feature_sets", "seconds_lost")
    op.drop_column("feature_specs", "descriptor_units")
    op.drop_column("catalogue_features", "spec")
    op.drop_column("catalogue_features", "statuses")
    op.drop_column("catalogue_features", "loudness_dbfs")
