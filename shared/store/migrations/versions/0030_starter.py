"""Starters: models that ship with the project; and predictions that are none of the emotions of a model.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No row changes: starters are installed after the migrations."""
    op.drop_constraint("a_default_is_a_champion", "models")
    op.create_check_constraint("a_default_answers", "models", "not is_default or state in ('champion', 'starter')")
    op.create_check_constraint("a_starter_answers_real_tracks", "models", "state <> 'starter' or not synthetic")
    op.create_index(
        "one_starter_a_taxonomy",
        "models",
        ["taxonomy"],
        unique=True,
        postgresql_where=sa.text("state = 'starter'"),
    )
    op.alter_column("predictions", "emotion", nullable=True)


def downgrade() -> None:
    """Starters go, with all that they said."""
    op.execute(
        "create temporary table starter_snapshots on commit drop as "
        "select snapshot_id from models where state = 'starter'"
    )
    op.execute("delete from models where state = 'starter'")
    op.execute(
        "delete from snapshots where id in (select snapshot_id from starter_snapshots) "
        "and id not in (select snapshot_id from models)"
    )
    op.execute("delete from predictions where emotion is null")
    op.alter_column("predictions", "emotion", nullable=False)
    op.drop_index("one_starter_a_taxonomy", "models")
    op.drop_constraint("a_starter_answers_real_tracks", "models")
    op.drop_constraint("a_default_answers", "models")
    op.create_check_constraint("a_default_is_a_champion", "models", "not is_default or state = 'champion'")
