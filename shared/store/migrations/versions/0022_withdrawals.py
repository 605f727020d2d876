"""Annotations that are taken back, and tracks that are removed without what models were trained on.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_RULES = {
    "annotations_emotion_with_taxonomy": "(taxonomy is null) = (emotion is null)",
    "annotations_say_something": (
        "emotion is not null or tags is not null or valence is not null or arousal is not null"
    ),
}
_OF_WITHDRAWALS = {
    "annotations_emotion_with_taxonomy": "withdrawn or (taxonomy is null) = (emotion is null)",
    "annotations_say_something": (
        "withdrawn <> (emotion is not null or tags is not null or valence is not null or arousal is not null)"
    ),
}
_OUTLIVE_TRACKS = (
    ("snapshot_items", "track_id"),
    ("oof_predictions", "track_id"),
    ("acoustic_fingerprints", "track_id"),
    ("fingerprint_pairs", "one_id"),
    ("fingerprint_pairs", "other_id"),
)
"""What stays when its track is removed."""


def upgrade() -> None:
    """Nothing is withdrawn yet, and nothing removed."""
    _upgrade_annotations()
    op.add_column("jobs", sa.Column("read_whole", postgresql.JSONB))
    op.add_column("jobs", sa.Column("has_unnamed", sa.Boolean, nullable=False, server_default="false"))
    op.add_column("job_items", sa.Column("annotation_id", sa.BigInteger))
    for table, column in _OUTLIVE_TRACKS:
        op.drop_constraint(f"{table}_{column}_fkey", table)
    _create_memory()


def downgrade() -> None:
    """Forget withdrawals with what they took back, and all of removed tracks."""
    for table in ("unused_blobs", "deleted_files", "deleted_tracks"):
        op.drop_table(table)
    for table, column in _OUTLIVE_TRACKS:
        op.execute(f"delete from {table} where {column} not in (select id from tracks)")  # noqa: S608 - our own names
        op.create_foreign_key(f"{table}_{column}_fkey", table, "tracks", [column], ["id"], ondelete="CASCADE")
    op.drop_column("job_items", "annotation_id")
    for name in ("has_unnamed", "read_whole"):
        op.drop_column("jobs", name)
    op.execute("""
        delete from annotations a using annotations w
        where w.withdrawn and w.track_id = a.track_id and w.annotator_id = a.annotator_id
            and w.taxonomy is not distinct from a.taxonomy and w.id >= a.id
    """)
    for name, rule in _RULES.items():
        op.drop_constraint(name, "annotations")
        op.create_check_constraint(name, "annotations", rule)
    op.drop_index("annotations_withdrawals", "annotations")
    op.drop_column("annotations", "withdrawn")
    op.drop_column("annotators", "spelled")


def _upgrade_annotations() -> None:
    op.add_column("annotations", sa.Column("withdrawn", sa.Boolean, nullable=False, server_default="false"))
    for name, rule in _OF_WITHDRAWALS.items():
        op.drop_constraint(name, "annotations")
        op.create_check_constraint(name, "annotations", rule)
    op.create_index(
        "annotations_withdrawals", "annotations", ["track_id", "annotator_id", "id"],
        postgresql_where=sa.text("withdrawn"),
    )  # fmt: skip
    op.add_column("annotators", sa.Column("spelled", sa.Boolean, nullable=False, server_default="false"))
    op.execute("update annotators set spelled = true where kind = 'import' and starts_with(name, 'folder ')")


def _create_memory() -> None:
    op.create_table(
        "deleted_tracks",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("survivor_id", sa.Uuid, nullable=False),
        sa.Column("artist_group", sa.Text, nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.Column("audio_sha256", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("decoded_sha256", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("duration_s", sa.Float),
        sa.Column("is_passed_over", sa.Boolean, nullable=False, server_default="true"),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )
    op.create_index(op.f("ix_deleted_tracks_survivor_id"), "deleted_tracks", ["survivor_id"])
    op.create_index("deleted_tracks_audio", "deleted_tracks", ["audio_sha256"], postgresql_using="gin")
    op.create_table(
        "deleted_files",
        sa.Column("locator", sa.Text, primary_key=True),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("mtime_ns", sa.BigInteger, nullable=False),
        sa.Column("deleted_id", sa.Uuid, sa.ForeignKey("deleted_tracks.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index(op.f("ix_deleted_files_deleted_id"), "deleted_files", ["deleted_id"])
    op.create_table(
        "unused_blobs",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )
