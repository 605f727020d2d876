"""What the tags of files say of tracks, and words by which tracks are searched.

Revision ID: 0023
Revises: 0022
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# Written as one expression each, so that PostgreSQL knows what they depend on and a restored dump finds it.
# Collation pg_c_utf8 knows Unicode and is the same on every server.
_FOLDED = """
    normalize(
        translate(
            replace(replace(replace(replace(replace(replace(replace(
                regexp_replace(
                    lower(normalize(said, NFKD) collate "pg_c_utf8"), U&'[\\0300-\\036F\\2019\\2018''`]', '', 'g'
                ),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), '&', ' and '), '+', ' and '), 'ĳ', 'ij'),
            'øłđıðςŧħ', 'oliddσth'
        ),
        NFC
    ) collate "pg_c_utf8"
"""
_SIGNS = "々〇ぁ-ヿ㐀-鿿가-힣"
"""Of scripts that are written without spaces: found by pairs."""
_FUNCTIONS = (
    f"""
    create function mer_search_fold(said text) returns text
    language sql immutable strict parallel safe
    return {_FOLDED}
    """,
    # all pairs of neighbours in a run of such signs: those from its first sign on, and those from its second
    """
    create function mer_search_pairs(words text) returns text
    language sql immutable strict parallel safe
    return case when words !~ '@CJK@' then words else
        regexp_replace(words, '(@CJK@)(@CJK@)', '\\1\\2 ', 'g') || ' ' || regexp_replace(
            regexp_replace(words, '(^|[^@SIGNS@])(@CJK@)', '\\1\\2 ', 'g'), '(@CJK@)(@CJK@)', '\\1\\2 ', 'g'
        )
    end
    """,
    """
    create function mer_search_words(folded text) returns text
    language sql immutable strict parallel safe
    return regexp_replace(
        mer_search_pairs(
            regexp_replace(
                regexp_replace(folded, '[[:punct:][:space:][:cntrl:]]+', ' ', 'g'), '(@CJK@+)', ' \\1 ', 'g'
            )
        ),
        '([^ ]{100})[^ ]+', '\\1', 'g'
    )
    """,
    # "AC/DC" is two words, and one
    """
    create function mer_search_lexemes(folded text) returns text[]
    language sql immutable strict parallel safe
    return array_remove(
        string_to_array(
            mer_search_words(folded) || ' ' || regexp_replace(
                regexp_replace(folded, '[[:punct:][:cntrl:]]+', '', 'g'), '([^ ]{100})[^ ]+', '\\1', 'g'
            ), ' '
        ), ''
    )
    """,
    """
    create function mer_search_vector(texts text[]) returns tsvector
    language sql immutable parallel safe
    return array_to_tsvector(mer_search_lexemes(mer_search_fold(array_to_string(texts, ' '))))
    """,
    """
    create function mer_search_query(said text) returns tsquery
    language sql immutable strict parallel safe
    return cast(
        '''' || nullif(
            array_to_string(
                array_remove(string_to_array(mer_search_words(mer_search_fold(said)), ' '), ''), ''':* & '''
            ), ''
        ) || ''':*' as tsquery
    )
    """,
)
_COLUMNS: dict[str, Any] = {
    "artists": postgresql.ARRAY(sa.Text),
    "album_artist": sa.Text,
    "track_number": sa.Integer,
    "disc_number": sa.Integer,
    "year": sa.Integer,
    "genres": postgresql.ARRAY(sa.Text),
    "moods": postgresql.ARRAY(sa.Text),
}
_SEARCHED = "mer_search_vector(array[title, artist, album, album_artist] || artists)"
_ONE_LINE = """
    update tracks set {name} = nullif(btrim(regexp_replace({name}, '{signs}', ' ', 'g')), '') where {name} ~ '{signs}'
"""
_BREAKING = "[\\u0001-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]+"


def upgrade() -> None:
    """Names of before become one clean line; the words of all tracks are read from what is known of them."""
    for name in ("title", "artist", "album"):
        op.execute(sa.text(_ONE_LINE.format(name=name, signs=_BREAKING).replace(":", "\\:")))
    for name, kind in _COLUMNS.items():
        op.add_column("tracks", sa.Column(name, kind))
    for function in _FUNCTIONS:
        op.execute(sa.text(function.replace("@CJK@", f"[{_SIGNS}]").replace("@SIGNS@", _SIGNS).replace(":", "\\:")))
    op.add_column("tracks", sa.Column("search_vector", postgresql.TSVECTOR, sa.Computed(_SEARCHED, persisted=True)))
    op.create_index("tracks_search", "tracks", ["search_vector"], postgresql_using="gin")


def downgrade() -> None:
    """Search by substrings again."""
    op.drop_column("tracks", "search_vector")
    for signature in ("query(text)", "vector(text[])", "lexemes(text)", "words(text)", "pairs(text)", "fold(text)"):
        op.execute(f"drop function mer_search_{signature}")
    for name in reversed(_COLUMNS):
        op.drop_column("tracks", name)
