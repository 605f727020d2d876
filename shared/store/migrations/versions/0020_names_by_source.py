"""What playlists say of files, and the names that tables and catalogues gave before anybody kept who gave them.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_GIVEN = """
    update tracks set given_names = jsonb_strip_nulls(
        jsonb_build_object('title', title, 'artist', artist, 'album', album, 'isrc', isrc))
    where exists (
        select from track_sources s where s.track_id = tracks.id and s.source not in ('folder', 'upload'))
    or exists (
        select from annotations a join annotators o on o.id = a.annotator_id
        where a.track_id = tracks.id and o.kind = 'import' and o.name like 'table %')
"""


def upgrade() -> None:
    """A track that a table or a catalogue knows keeps the names that it has, also over the tags of its file."""
    op.add_column("track_sources", sa.Column("listed_names", postgresql.JSONB))
    op.execute(_GIVEN)


def downgrade() -> None:
    """Forget who gave which name."""
    op.drop_column("track_sources", "listed_names")
    op.execute("update tracks set given_names = null")
