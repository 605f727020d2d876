"""How long tracks are, by what was decoded of them.

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_FROM_FEATURES = """
    update tracks t set duration_s = f.duration_s
    from (
        select distinct on (track_id) track_id, duration_s
        from feature_sets
        where state = 'ready' and duration_s > 0
        order by track_id, made_at desc
    ) f
    where f.track_id = t.id and t.duration_s is distinct from f.duration_s
      and not exists (select 1 from clips c where c.track_id = t.id)
"""
"""A clip that a source delivered may be an excerpt: it says nothing of the track's length."""


def upgrade() -> None:
    """Take the latest analysis of each track's own audio for its length."""
    op.execute(_FROM_FEATURES)


def downgrade() -> None:
    """Leave the lengths: what a header or a table said is not kept."""
