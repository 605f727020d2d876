"""The names that tables and catalogues give are kept by source, so that each can take its own back.

Revision ID: 0025
Revises: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_BY_SOURCE = """
    update tracks set given_names = jsonb_build_array(given_names || '{"source": ""}'::jsonb)
    where given_names is not null
"""
_MERGED = """
    update tracks set given_names = (
        select jsonb_object_agg(name, value order by place desc)
        from jsonb_array_elements(given_names) with ordinality as given (entry, place),
            jsonb_each(entry) as said (name, value)
        where name <> 'source'
    )
    where given_names is not null
"""
"""Of several values of a key an object keeps the last: here the one that stands."""


def upgrade() -> None:
    """Nobody is known for what was given so far: it stays until a source says the same, and takes it back."""
    op.execute(_BY_SOURCE)


def downgrade() -> None:
    """Forget who gave which name."""
    op.execute(_MERGED)
