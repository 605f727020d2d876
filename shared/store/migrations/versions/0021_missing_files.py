"""Mount points below library roots, what a crawl found gone, and the state of files before they were missing.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is missing yet: the next complete crawl of a folder says what is."""
    op.create_table(
        "library_mounts",
        sa.Column("locator", sa.Text, primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.add_column("track_sources", sa.Column("state_before", sa.Text))
    for name in ("n_missing", "n_returned"):
        op.add_column("jobs", sa.Column(name, sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Forget all of it."""
    for name in ("n_returned", "n_missing"):
        op.drop_column("jobs", name)
    op.drop_column("track_sources", "state_before")
    op.drop_table("library_mounts")
