"""Tags that a tagger gives tracks, tags of annotations that can be looked up, and projections of what taggers gave.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# one expression, so that PostgreSQL knows what it depends on; `domain.targets.normalise_tag` is the same in Python
_WORDS = r"""
    create function mer_tag_words(tags text[]) returns text[]
    language sql immutable strict parallel safe
    return (
        select array_agg(distinct word) from (
            select btrim(regexp_replace(replace(lower(tag collate "pg_c_utf8"), 'ß', 'ss'), '\s+', ' ', 'g')) as word
            from unnest(tags) as given (tag)
        ) as words
        where word <> ''
    )
"""


def upgrade() -> None:
    """Tracks with outputs of before are given their tags in the background."""
    op.add_column("tagger_outputs", sa.Column("tag_rules", sa.Text()))
    op.create_index(
        "tagger_outputs_by_tag_rules", "tagger_outputs", ["tag_rules"], postgresql_where=sa.text("tagger = 'musicnn'")
    )
    op.create_index("tagger_outputs_by_age", "tagger_outputs", ["made_at"])
    op.create_table(
        "track_tags",
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("tagger", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("score", sa.Numeric(7, 3), nullable=False),
        sa.PrimaryKeyConstraint("track_id", "tagger", "fingerprint", "tag"),
        sa.ForeignKeyConstraint(
            ["track_id", "tagger", "fingerprint"],
            ["tagger_outputs.track_id", "tagger_outputs.tagger", "tagger_outputs.fingerprint"],
            ondelete="CASCADE",
        ),
    )
    op.create_index("track_tags_by_tag", "track_tags", ["fingerprint", "tag", "score", "track_id"])
    op.execute(sa.text(_WORDS.replace(":", "\\:")))
    op.add_column(
        "annotations",
        sa.Column("tag_words", postgresql.ARRAY(sa.Text), sa.Computed("mer_tag_words(tags)", persisted=True)),
    )
    op.create_index("annotations_by_tag", "annotations", ["tag_words"], postgresql_using="gin")
    op.add_column("standards", sa.Column("taggers", postgresql.JSONB()))


def downgrade() -> None:
    """All of it goes; projections of what taggers gave as well."""
    op.execute("delete from standards where taggers is not null")
    op.drop_column("standards", "taggers")
    op.drop_column("annotations", "tag_words")
    op.execute("drop function mer_tag_words(text[])")
    op.drop_table("track_tags")
    op.drop_index("tagger_outputs_by_tag_rules", "tagger_outputs")
    op.drop_index("tagger_outputs_by_age", "tagger_outputs")
    op.drop_column("tagger_outputs", "tag_rules")
