"""Where a model of classes that also answers valence and arousal places a track.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. What was said before has no place until the track is scored anew."""
    for name in ("valence", "arousal"):
        op.add_column("predictions", sa.Column(name, sa.REAL(), nullable=True))
    op.create_check_constraint("a_place_has_both", "predictions", "(valence is null) = (arousal is null)")


def downgrade() -> None:
    """Drop them."""
    op.drop_constraint("a_place_has_both", "predictions")
    for name in ("valence", "arousal"):
        op.drop_column("predictions", name)
