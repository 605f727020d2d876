"""What each prediction rests on, predictions by their word, and tracks that a model could not read.

Predictions for training tracks were those of the model that had learned from them. They are dropped, for the
out-of-fold ones are stored, and the tracks are scored anew: of champions by themselves, of others when they are asked.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_SAME_RECORDING = """
    delete from predictions using models, snapshot_items, tracks examples, tracks answered
    where models.id = predictions.model_id and snapshot_items.snapshot_id = models.snapshot_id
    and examples.id = snapshot_items.track_id and answered.id = predictions.track_id
    and answered.survivor_id = examples.survivor_id
"""
_SAME_AUDIO = """
    delete from predictions using models, snapshot_items, feature_sets examples, feature_sets equal, tracks
    where models.id = predictions.model_id and snapshot_items.snapshot_id = models.snapshot_id
    and examples.track_id = snapshot_items.track_id and equal.audio_sha256 = examples.audio_sha256
    and tracks.id = equal.track_id and predictions.track_id = tracks.survivor_id
"""


def upgrade() -> None:
    op.execute(_SAME_RECORDING)
    op.execute(_SAME_AUDIO)
    op.add_column("predictions", sa.Column("basis", sa.Text(), nullable=False, server_default="held_out"))
    op.create_check_constraint("a_known_basis", "predictions", "basis in ('held_out', 'out_of_fold', 'in_sample')")
    op.create_index("predictions_by_word", "predictions", ["model_id", "emotion", "track_id"])
    op.create_table(
        "scoring_refusals",
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("model_id", sa.Uuid(), sa.ForeignKey("models.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.drop_table("scoring_refusals")
    op.drop_index("predictions_by_word", "predictions")
    op.drop_constraint("a_known_basis", "predictions")
    op.drop_column("predictions", "basis")
