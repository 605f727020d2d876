"""Whose songs each track is kept together with, by the rule of this version.

The rule stands here a second time, frozen: what it gave when this migration was written must not change with it.
Snapshots that were frozen before keep the groups that they were frozen with.

Revision ID: 0012
Revises: 0011
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BATCH = 20_000
_MAX_FILES = 30

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_NO_ARTIST = frozenset({"unknown", "unknownartist", "various", "variousartists", "va"})
_NO_ALBUM = _NO_ARTIST | {"unknownalbum"}
_NOT_JUNIOR = r"(?!\s*(?:jr|sr)\b)"
_ALWAYS_ENDS = re.compile(
    rf"\b(?:feat|ft|featuring|vs)\b\.?|;{_NOT_JUNIOR}|(?<=\s)/(?=\s)", re.IGNORECASE
)  # fmt: skip
_MAY_END = re.compile(
    rf"\s*[,、]{_NOT_JUNIOR}\s*|(?:\s*[&+]\s*|\s+and\s+)(?P<band>(?:his|her|their|the)\s+(?=\w))?"
    r"|\s+with\s+(?P<orchestra>(?:his|her|their)\s+(?=\w))?|\s+w/\s*|\s+[x×]\s+",
    re.IGNORECASE,
)
_PUNCTUATION = " ()[]{}.,-–"

_FILES = sa.text("""
    with placed as (
        select track_id,
            left(file, length(file) + 1 - coalesce(nullif(strpos(reverse(file), '/'), 0), length(file) + 1)) as folder
        from (
            select track_id, min(locator collate "C") as file from track_sources
            where locator is not null group by track_id
        ) as first_files
    ), files as (
        select placed.folder, tracks.id, tracks.album, n.artist_group as named
        from placed join tracks on tracks.id = placed.track_id left join artist_names n on n.artist = tracks.artist
    )
    select * from files where folder in (select folder from files where named is null) order by folder, id
""")


def upgrade() -> None:
    """Recompute the groups of all tracks, and let names that end with an article be read anew."""
    bind = op.get_bind()
    bind.execute(sa.text("create temporary table artist_names (artist text primary key, artist_group text)"))
    bind.execute(sa.text("create temporary table new_groups (id uuid primary key, artist_group text not null)"))
    names = list(bind.scalars(sa.text("select distinct artist from tracks where artist is not null")))
    known = {_leader(_first_credit(name)) for name in names} - {None}
    _send(bind, "artist_names", "text[]", [(name, _artist_group(name, known)) for name in names])
    bind.execute(
        sa.text(
            "update tracks set artist_group = coalesce(n.artist_group, 'track:' || tracks.id) "
            "from tracks t left join artist_names n on n.artist = t.artist where t.id = tracks.id "
            "and tracks.artist_group <> coalesce(n.artist_group, 'track:' || tracks.id)"
        )
    )
    rows = bind.execute(_FILES)
    in_folders = [pair for folder, files in groupby(rows, key=lambda row: row.folder) for pair in _of(folder, [*files])]
    _send(bind, "new_groups", "uuid[]", in_folders)
    bind.execute(sa.text("update tracks set artist_group = n.artist_group from new_groups n where n.id = tracks.id"))
    # Their keys for duplicates have the article in them. Without keys they are read anew when their source names them.
    bind.execute(sa.text("update tracks set identity_keys = null where artist ~* '\\mthe\\W*$'"))
    bind.execute(sa.text("drop table artist_names, new_groups"))


def downgrade() -> None:
    """Nothing: groups of any version keep an artist's songs together."""


def _send(bind: Any, table: str, kind: str, rows: Sequence[tuple[Any, str | None]]) -> None:
    query = sa.text(f"insert into {table} select * from unnest(cast(:keys as {kind}), cast(:groups as text[]))")  # noqa: S608 - our own words
    for start in range(0, len(rows), _BATCH):
        some = rows[start : start + _BATCH]
        bind.execute(query, {"keys": [str(key) for key, _ in some], "groups": [group for _, group in some]})


def _of(folder: str, files: Sequence[Any]) -> list[tuple[Any, str]]:
    """`(track id, group)` of the tracks without an artist in a folder."""
    known = {file.named for file in files if file.named is not None}
    of_album: defaultdict[str | None, set[str]] = defaultdict(set)
    for file in files:
        if file.named is not None:
            of_album[_fold_album(file.album)].add(file.named)
    is_of_one_artist = len(files) <= _MAX_FILES and len(known) <= 1
    found = []
    for file in files:
        album = _fold_album(file.album)
        if file.named is not None:
            continue
        if album:
            found.append((file.id, _only(of_album[album]) or f"album:{folder}{album}"))
        elif is_of_one_artist:
            found.append((file.id, _only(known) or f"folder:{folder}"))
    return found


def _only(names: set[str]) -> str | None:
    return next(iter(names)) if len(names) == 1 else None


def _artist_group(name: str, known: set[str | None]) -> str | None:
    credit = _first_credit(name)
    start = 0
    for joint in _MAY_END.finditer(credit):
        before = credit[start : joint.start()]
        folded = _fold_artist(before)
        if folded is None and before.strip():
            start = joint.end()
        elif folded is not None and _is_a_name(before) and (_follows_a_leader(joint) or folded in known):
            return folded
    return _fold_artist(credit[start:])


def _first_credit(name: str) -> str:
    text = unicodedata.normalize("NFKC", name)
    for part in _ALWAYS_ENDS.split(text):
        if not _is_a_name(part):
            return text
        if _fold_artist(part) is not None:
            return part
    return text


def _leader(credit: str) -> str | None:
    for joint in _MAY_END.finditer(credit):
        before = credit[: joint.start()]
        if _follows_a_leader(joint) and _is_a_name(before) and (folded := _fold_artist(before)) is not None:
            return folded
    return _fold_artist(credit)


def _follows_a_leader(joint: re.Match[str]) -> bool:
    return joint["band"] is not None or joint["orchestra"] is not None


def _is_a_name(part: str) -> bool:
    folded = _fold(part)
    return folded != "the" if folded else bool(part.strip(_PUNCTUATION))


def _fold_artist(name: str) -> str | None:
    words = _fold(name).split()
    if "".join(words) in _NO_ARTIST:
        return None
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1 and words[-1] == "the":
        words = words[:-1]
    return _joined(words, name) or None


def _fold_album(album: str | None) -> str | None:
    folded = _joined(_fold(album or "").split(), album or "")
    return None if not folded or folded in _NO_ALBUM else folded


def _joined(words: Iterable[str], text: str) -> str:
    if any(sign.isalnum() for sign in text):
        return "".join(words)
    return "".join(text.casefold().split())


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    kept = "".join(sign for sign in plain if not "\u0300" <= sign <= "\u036f")
    kept = re.sub(r"['’‘`´]", "", kept).replace("&", " and ").replace("+", " and ")
    return " ".join("".join(sign if _counts(sign) else " " for sign in unicodedata.normalize("NFC", kept)).split())


def _counts(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign).startswith("M")
