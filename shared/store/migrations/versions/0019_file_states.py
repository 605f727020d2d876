"""The state of every file, what its tags say, and names that persons and tables give.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every known file is taken as present; what a track is called so far stays until a source says more."""
    op.add_column("track_sources", sa.Column("state", sa.Text, nullable=False, server_default="present"))
    op.add_column("track_sources", sa.Column("state_at", sa.DateTime(timezone=True)))
    op.add_column("track_sources", sa.Column("reason", sa.Text))
    op.add_column("track_sources", sa.Column("detail", sa.Text))
    op.add_column("track_sources", sa.Column("tags", postgresql.JSONB))
    op.create_check_constraint(
        "track_sources_state_check", "track_sources", "state in ('present', 'changed', 'missing')"
    )
    op.create_index(
        "track_sources_not_present", "track_sources", ["state"], postgresql_where=sa.text("state <> 'present'")
    )
    op.add_column("tracks", sa.Column("corrected_names", postgresql.JSONB))
    op.add_column("tracks", sa.Column("given_names", postgresql.JSONB))
    op.add_column("tracks", sa.Column("missing_since", sa.DateTime(timezone=True)))
    op.create_index(
        "tracks_missing", "tracks", ["missing_since"], postgresql_where=sa.text("missing_since is not null")
    )
    op.add_column("job_items", sa.Column("locator", sa.Text))


def downgrade() -> None:
    """Forget all of it."""
    op.drop_column("job_items", "locator")
    for name in ("missing_since", "given_names", "corrected_names"):
        op.drop_column("tracks", name)
    for name in ("tags", "detail", "reason", "state_at", "state"):
        op.drop_column("track_sources", name)
