"""Roll-backs, one default a taxonomy, uploads, and evaluations on other tracks.

Revision ID: 0007
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BEST_CHAMPION_OF_EACH_TAXONOMY = """
    update models set is_default = true where id in (
        select distinct on (taxonomy, synthetic) id from models where state = 'champion'
        order by taxonomy, synthetic, (metrics -> 'macro_f1' ->> 'value')::float desc, id desc
    )
"""


def upgrade() -> None:
    op.add_column("models", sa.Column("is_default", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(_BEST_CHAMPION_OF_EACH_TAXONOMY)
    op.create_index(
        "one_default_a_taxonomy",
        "models",
        ["taxonomy", "synthetic"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_check_constraint("a_default_is_a_champion", "models", "not is_default or state = 'champion'")
    op.add_column("model_history", sa.Column("kind", sa.Text(), nullable=False, server_default="promotion"))
    op.create_index("predictions_of_a_model", "predictions", ["model_id", "track_id"])
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("job_id", sa.Uuid(), sa.ForeignKey("jobs.id", ondelete="SET NULL"), unique=True),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="SET NULL"), index=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("audio_key", sa.Text()),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.Column("taxonomy", sa.Text()),
        sa.Column("model_id", sa.Uuid()),
        sa.Column("spec", sa.Text()),
        sa.Column("duration_s", sa.Float()),
        sa.Column("audio_sha256", sa.Text()),
        sa.Column("descriptors", postgresql.ARRAY(postgresql.REAL())),
        sa.Column("mel", sa.LargeBinary()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("model_id", sa.Uuid(), sa.ForeignKey("models.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("job_id", sa.Uuid(), sa.ForeignKey("jobs.id", ondelete="SET NULL"), unique=True),
        sa.Column("subset", postgresql.JSONB(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("metrics", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.drop_table("evaluations")
    op.drop_table("uploads")
    op.drop_index("predictions_of_a_model", "predictions")
    op.drop_column("model_history", "kind")
    op.drop_constraint("a_default_is_a_champion", "models")
    op.drop_index("one_default_a_taxonomy", "models")
    op.drop_column("models", "is_default")
