"""What the library is sorted by: folded titles and artists, durations, and the probability of a model's answer.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

# an index refuses long values, and nobody reads further than that
_FUNCTIONS = (
    """
    create function mer_sort_key(said text) returns text
    language sql immutable strict parallel safe
    return left(mer_search_fold(said), 200)
    """,
    """
    create function mer_highest(numbers real[]) returns real
    language sql immutable strict parallel safe
    return (select max(number) from unnest(numbers) as number)
    """,
)
_KEYS = {"title_key": "title", "artist_key": "artist"}


def upgrade() -> None:
    """Every track and every prediction is written once more."""
    for function in _FUNCTIONS:
        op.execute(function)
    keys = (
        f'add column {name} text collate "C" generated always as (mer_sort_key({column})) stored'
        for name, column in _KEYS.items()
    )
    op.execute(f"alter table tracks {', '.join(keys)}")
    for name in (*_KEYS, "duration_s"):
        op.create_index(f"tracks_by_{name}", "tracks", [name, "id"])
    op.add_column(
        "predictions",
        sa.Column("highest", postgresql.REAL, sa.Computed("mer_highest(probabilities)", persisted=True)),
    )
    op.create_index("predictions_by_highest", "predictions", ["model_id", "highest", "track_id"])


def downgrade() -> None:
    """All of it follows from what stays."""
    op.drop_index("predictions_by_highest", "predictions")
    op.drop_column("predictions", "highest")
    for name in (*_KEYS, "duration_s"):
        op.drop_index(f"tracks_by_{name}", "tracks")
    for name in _KEYS:
        op.drop_column("tracks", name)
    op.execute("drop function mer_highest(real[])")
    op.execute("drop function mer_sort_key(text)")
