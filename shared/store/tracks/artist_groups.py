"""Whose songs each track is kept together with, for the whole library at once.

A track's group depends on the other tracks: on who is an artist of the library alone, and on what else lies in its
folder. A new track gets what its own words say; `refresh` then gives all tracks what the library says, so that the
order of crawling changes nothing. It is called before a training set is frozen and before an evaluation starts.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, TextClause, text

from shared.domain.grouping import FolderFile, groups_without_artist, singleton_group
from shared.domain.names import KnownArtists, artist_group
from shared.store.base_repository import BaseRepository

_BATCH = 20_000
"""Names sent to the server at a time."""

_LOCK = text("select pg_advisory_xact_lock(hashtext('mer/artist-groups'))")
_MEMORY = text("select set_config('work_mem', '128MB', true)")
"""Until the transaction ends: the files of a million tracks are sorted without the disk."""
_TABLES = (
    text("drop table if exists pg_temp.artist_names, pg_temp.changed_groups"),
    text("create temporary table artist_names (artist text primary key, artist_group text) on commit drop"),
    text("create temporary table changed_groups (id uuid primary key, artist_group text not null) on commit drop"),
)
_ARTISTS = text("select distinct artist from tracks where artist is not null")
_ADD_NAMES = text("insert into artist_names select * from unnest(cast(:keys as text[]), cast(:groups as text[]))")
_ADD_CHANGES = text("insert into changed_groups select * from unnest(cast(:keys as uuid[]), cast(:groups as text[]))")
_ANALYZE = text("analyze artist_names")
_NAMED = text("""
    update tracks set artist_group = n.artist_group from artist_names n
    where n.artist = tracks.artist and n.artist_group <> tracks.artist_group
""")
_ALONE = text("""
    update tracks set artist_group = :start || id where artist_group <> :start || id
    and not exists (select from artist_names n where n.artist = tracks.artist and n.artist_group is not null)
    and not exists (select from track_sources s where s.track_id = tracks.id and s.locator is not null)
""").bindparams(start=singleton_group(""))
_FILES = text("""
    with placed as (
        select track_id,
            left(file, length(file) + 1 - coalesce(nullif(strpos(reverse(file), '/'), 0), length(file) + 1)) as folder
        from (
            select track_id, min(locator collate "C") as file from track_sources
            where locator is not null group by track_id
        ) as first_files
    ), files as (
        select placed.folder, tracks.id, tracks.album, n.artist_group as named, tracks.artist_group as present
        from placed join tracks on tracks.id = placed.track_id left join artist_names n on n.artist = tracks.artist
    )
    select * from files where folder in (select folder from files where named is null) order by folder, id
""")
"""All tracks of the folders in which a track without an artist lies. A folder ends with its slash."""
_CHANGED = text("update tracks set artist_group = c.artist_group from changed_groups c where c.id = tracks.id")


class ArtistGroups(BaseRepository):
    """All SQL on the artist groups of a library."""

    def refresh_groups(self) -> int:
        """Bring the groups of all tracks up to date; how many changed. Objects of the session are expired.

        Names are folded once each, and only rows that change are written.
        """
        for statement in (_LOCK, _MEMORY, *_TABLES):
            self._session.execute(statement)
        names = list(self._session.scalars(_ARTISTS))
        known = KnownArtists.from_names(names)
        self._send_rows(_ADD_NAMES, [(name, artist_group(name, known)) for name in names])
        self._session.execute(_ANALYZE)
        n_changed = self._count_updated(_NAMED) + self._count_updated(_ALONE)
        self._send_rows(_ADD_CHANGES, self._list_changes_without_artist())
        n_changed += self._count_updated(_CHANGED)
        self._session.expire_all()
        return n_changed

    def _list_changes_without_artist(self) -> list[tuple[str, str]]:
        """`(track id, new group)` of tracks without an artist whose file lies in a folder."""
        changes: list[tuple[str, str]] = []
        for folder, in_folder in groupby(self._session.execute(_FILES), key=lambda row: row.folder):
            rows = list(in_folder)
            present: dict[UUID, str] = {row.id: row.present for row in rows}
            files = [FolderFile(track_id=row.id, album=row.album, artist_group=row.named) for row in rows]
            groups = groups_without_artist(folder, files)
            changes += [(str(key), group) for key, group in groups.items() if group != present[key]]
        return changes

    def _send_rows(self, statement: TextClause, rows: Sequence[tuple[str, str | None]]) -> None:
        for start in range(0, len(rows), _BATCH):
            keys, groups = zip(*rows[start : start + _BATCH], strict=True)
            self._session.execute(statement, {"keys": list(keys), "groups": list(groups)})

    def _count_updated(self, statement: TextClause) -> int:
        result: CursorResult[Any] = self._session.execute(statement)  # type: ignore[assignment]
        return result.rowcount
