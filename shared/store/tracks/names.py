"""What tracks are called, written from what each source says of them (`domain.track_names`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from shared.domain.file_state import FileState
from shared.domain.file_tags import FileTags, merge_tags, with_album_artist
from shared.domain.grouping import singleton_group
from shared.domain.identity import read_recording
from shared.domain.names import artist_group
from shared.domain.text import clean_text
from shared.domain.track import CollectedTrack
from shared.domain.track_names import (
    CORRECTABLE_FIELDS,
    NAME_FIELDS,
    UNKNOWN_SOURCE,
    NameValues,
    replace_given,
    resolve_names,
)
from shared.store.base_repository import BaseRepository
from shared.store.tables import Track, TrackSource
from shared.store.tracks.tag_columns import merge_files, tag_columns

Names = Mapping[str, Any]


class TrackNaming(BaseRepository):
    """All SQL on the names of tracks."""

    def give(self, track_id: UUID, collected: CollectedTrack) -> NameValues:
        """Keep the names that a table or a catalogue gives; what a table gave before and gives no more."""
        track, source, names = self._session.get_one(Track, track_id), collected.names_source, collected.names_given
        if collected.given_names is None:
            names = _names_of(track, source) | names
        return _replace_given(track, source, names)

    def withdraw_given(self, track_id: UUID, source: str) -> None:
        """Take back all names that `source` gave. Where no file says another one, the track is still called so."""
        forgotten = _replace_given(self._session.get_one(Track, track_id), source, {})
        self.resolve(track_id, forgotten=forgotten if self._files(track_id) else None)

    def read_file(self, row: TrackSource, collected: CollectedTrack) -> NameValues:
        """Keep what the tags of a file and a playlist say of it; what its tags said before and say no more."""
        before = row.tags or {}
        if collected.listed_names:
            row.listed_names = collected.listed_names
        if collected.tags_of_file is None:
            return {}
        if row.tags != collected.tags_of_file:
            row.tags = collected.tags_of_file
        self._session.flush()
        return {name: before[name] for name in NAME_FIELDS if before.get(name) and not row.tags.get(name)}

    def add_tags(self, row: TrackSource, tags: FileTags) -> bool:
        """Fill what is not known of a file's tags from a second reader; True as `resolve`."""
        merged = with_album_artist(merge_tags(FileTags.from_json(row.tags), tags))
        name = PurePosixPath(row.source_id)
        if merged.title == name.name:
            merged = replace(merged, title=name.stem)
        if merged.to_json() == row.tags:
            return False
        row.tags = merged.to_json()
        self._session.flush()
        return self.resolve(row.track_id)

    def correct(self, track_id: UUID, names: Mapping[str, str | None]) -> None:
        """Keep a person's names; None takes one back, and what the other sources say is shown again."""
        track = self._session.get_one(Track, track_id)
        before = dict(track.corrected_names or {})
        self._keep_unexplained(track, [name for name in names if name not in before])
        corrected = {name: value for name, value in (before | dict(names)).items() if value is not None}
        track.corrected_names = corrected or None
        self.resolve(track_id, forgotten={name: before[name] for name in before if name not in corrected})

    def resolve(self, track_id: UUID, *, forgotten: Names | None = None) -> bool:
        """Write the names that stand; True if one of those changed by which recordings are told apart.

        Where nobody says a name any more, the old one stays, unless it was one of `forgotten`, which its source took
        back: what a track was called before anybody kept who said so is not lost.
        """
        track = self._session.get_one(Track, track_id)
        files = self._files(track_id)
        others = self._session.scalars(select(Track).where(Track.id.in_({row.track_id for row in files} - {track_id})))
        names = resolve_names(
            corrected=track.corrected_names,
            tags=_merged(row.tags for row in files),
            given=_merged(entry for one in (track, *others) for entry in one.given_names or ()),
            listed=_merged(row.listed_names for row in files),
        )
        changed = set()
        for name in NAME_FIELDS:
            value, present = getattr(names, name), getattr(track, name)
            if value is None and present is not None and present != (forgotten or {}).get(name):
                continue
            if value is None and name == "title" and files:
                value = clean_text(PurePosixPath(files[0].source_id).stem)
            if value != present:
                setattr(track, name, value)
                changed.add(name)
        if files:
            self._write_details(track, files)
        if "artist" in changed:
            track.artist_group = own_group(track.artist, track_id)
        if track.identity_keys is None or changed & {"title", "artist"}:
            track.identity_keys = list(read_recording(track.title, track.artist).lookup_keys)
        self._session.flush()
        if track.merged_into is not None:
            self.resolve(track.merged_into, forgotten=forgotten)
        return bool(changed - {"album"})

    def follow_files(self, track_ids: Iterable[UUID]) -> None:
        """Write the names of those of the tracks that stand for others: which of their files are there changed."""
        member = aliased(Track)
        is_joined = exists().where(member.merged_into == Track.id)
        for track_id in self._session.scalars(select(Track.id).where(Track.id.in_(list(track_ids)), is_joined)).all():
            self.resolve(track_id)

    def list_names_by_others(self, track_id: UUID) -> NameValues:
        """What a track is called because a file of another one of its recording is there, and none of its own."""
        files = self._files(track_id)
        return _merged(row.tags for row in files if row.track_id != track_id)

    def _write_details(self, track: Track, files: Sequence[TrackSource]) -> None:
        tags = merge_files(row.tags for row in files)
        for column, value in tag_columns(tags).items():
            setattr(track, column, value)
        if track.artist != tags.get("artist"):
            track.artists = None

    def _files(self, track_id: UUID) -> Sequence[TrackSource]:
        """The track's files: those that are there first, then the one that was seen last.

        Where its own are all missing, files of the tracks that it stands for come first: it moved there.
        """
        is_there = TrackSource.state != FileState.MISSING
        query = select(TrackSource, is_there).where(TrackSource.source == "folder")
        order = (TrackSource.state != FileState.PRESENT, TrackSource.seen_at.desc(), TrackSource.id.desc())
        own = self._session.execute(query.where(TrackSource.track_id == track_id).order_by(*order)).all()
        files = [row for row, _ in own]
        if not files or any(is_present for _, is_present in own):
            return files
        members = select(Track.id).where(Track.merged_into == track_id)
        moved = self._session.scalars(query.where(TrackSource.track_id.in_(members), is_there).order_by(*order)).all()
        return [*moved, *files]

    def _keep_unexplained(self, track: Track, names: Iterable[str]) -> None:
        """A name that no source is known for would be lost under a correction: it counts as given."""
        files = self._files(track.id)
        explained = resolve_names(
            given=_merged(track.given_names or ()),
            tags=_merged(row.tags for row in files),
            listed=_merged(row.listed_names for row in files),
        )
        stems = {PurePosixPath(row.source_id).stem for row in files}
        present = {name: getattr(track, name) for name in names if name in CORRECTABLE_FIELDS}
        kept = {
            name: value
            for name, value in present.items()
            if value is not None and value not in stems and getattr(explained, name) is None
        }
        _replace_given(track, UNKNOWN_SOURCE, _names_of(track, UNKNOWN_SOURCE) | kept)


def own_group(artist: str | None, track_id: UUID) -> str:
    """What a track's own words say, until `ArtistGroups.refresh_groups` asks the whole library."""
    return artist_group(artist, ()) or singleton_group(track_id)


def _names_of(track: Track, source: str) -> NameValues:
    """The names that `source` gave the track."""
    given = next((entry for entry in track.given_names or () if entry["source"] == source), {})
    return {name: given[name] for name in NAME_FIELDS if name in given}


def _replace_given(track: Track, source: str, names: Names) -> NameValues:
    """Write down that `source` gives these names and no others; those that it gave before and gives no more."""
    before, given = _names_of(track, source), replace_given(track.given_names or (), source, names)
    if given != (track.given_names or []):
        track.given_names = given or None
    return {name: value for name, value in before.items() if name not in names}


def _merged(sources: Iterable[Names | None]) -> NameValues:
    """The names that the sources say, the first of them first."""
    merged: NameValues = {}
    for source in sources:
        for name in NAME_FIELDS:
            if source and source.get(name):
                merged.setdefault(name, source[name])
    return merged
