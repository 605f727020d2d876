"""Live settings, folders in which something changed, and how the library roots are watched.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")


def upgrade() -> None:
    """Nothing is stored, so the defaults count: no quiet hours, all cores, no watching."""
    op.create_table(
        "live_settings",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", postgresql.JSONB, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("updated_by", sa.Text, nullable=False),
    )
    op.create_table(
        "folder_changes",
        sa.Column("root", sa.Text, primary_key=True),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("noticed_by", sa.Text, nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
    )
    op.create_table(
        "watched_roots",
        sa.Column("root", sa.Text, primary_key=True),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("signature", sa.Text),
        sa.Column("n_folders", sa.Integer, nullable=False, server_default="0"),
        sa.Column("n_files", sa.Integer, nullable=False, server_default="0"),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
    )


def downgrade() -> None:
    """Forget all of it."""
    for name in ("watched_roots", "folder_changes", "live_settings"):
        op.drop_table(name)
