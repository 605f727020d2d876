"""Keys with which requests are sent.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No row changes: without keys an installation stays as it is."""
    op.create_table(
        "keys",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("role in ('read', 'label', 'operate')", name="a_key_has_a_role"),
    )
    op.create_index("keys_names_in_use", "keys", ["name"], unique=True, postgresql_where=sa.text("revoked_at is null"))


def downgrade() -> None:
    """All keys are lost: the installation is open on loopback, and does not start where it can be reached."""
    op.drop_table("keys")
