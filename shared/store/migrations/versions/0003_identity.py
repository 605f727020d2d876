"""Tracks that are one recording: keys, merges, questions to a person. Annotations with tags and places on the plane."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tracks", sa.Column("identity_keys", postgresql.ARRAY(sa.BigInteger()), nullable=True))
    op.add_column("tracks", sa.Column("merged_into", sa.Uuid(), sa.ForeignKey("tracks.id"), nullable=True))
    op.add_column(
        "tracks",
        sa.Column("survivor_id", sa.Uuid(), sa.Computed("COALESCE(merged_into, id)", persisted=True), nullable=False),
    )
    op.create_index(op.f("ix_tracks_survivor_id"), "tracks", ["survivor_id"])
    op.create_index(
        "tracks_identity_keys", "tracks", ["identity_keys"], postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )  # fmt: skip
    op.create_table(
        "track_merges",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.CheckConstraint("from_id <> to_id"),
        sa.ForeignKeyConstraint(["from_id"], ["tracks.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_id"], ["tracks.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_track_merges_to_id"), "track_merges", ["to_id"])
    op.create_index(
        "one_merge_a_track", "track_merges", ["from_id"], unique=True, postgresql_where=sa.text("undone_at is null")
    )
    op.create_table(
        "duplicates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("one_id < other_id"),
        sa.CheckConstraint("state in ('open', 'merged', 'dismissed')"),
        sa.ForeignKeyConstraint(["one_id"], ["tracks.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["tracks.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("one_id", "other_id"),
    )
    op.create_index(op.f("ix_duplicates_other_id"), "duplicates", ["other_id"])
    op.create_index("duplicates_open", "duplicates", ["score", "id"], postgresql_where=sa.text("state = 'open'"))
    for name, kind in (("tags", postgresql.ARRAY(sa.Text())), ("valence", sa.Float()), ("arousal", sa.Float())):
        op.add_column("annotations", sa.Column(name, kind, nullable=True))
    for name in ("taxonomy", "emotion"):
        op.alter_column("annotations", name, nullable=True)
    op.create_index(op.f("ix_annotations_annotator_id"), "annotations", ["annotator_id"])
    for name, rule in _RULES.items():
        op.create_check_constraint(name, "annotations", rule)


def downgrade() -> None:
    op.execute("delete from annotations where emotion is null")
    for name in _RULES:
        op.drop_constraint(name, "annotations")
    op.drop_index(op.f("ix_annotations_annotator_id"), "annotations")
    for name in ("taxonomy", "emotion"):
        op.alter_column("annotations", name, nullable=False)
    for name in ("tags", "valence", "arousal"):
        op.drop_column("annotations", name)
    op.drop_table("duplicates")
    op.drop_table("track_merges")
    for name in ("survivor_id", "merged_into", "identity_keys"):
        op.drop_column("tracks", name)


_RULES = {
    "annotations_emotion_with_taxonomy": "(taxonomy is null) = (emotion is null)",
    "annotations_say_something": (
        "emotion is not null or tags is not null or valence is not null or arousal is not null"
    ),
    "annotations_on_the_plane": "valence between -1 and 1 and arousal between -1 and 1",
}
