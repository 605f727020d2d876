"""Which tracks of a library the starter has learned from, or their artists: by hashes and by acoustic fingerprints.

The one home of the rule: a training leaves such rows out where it asks about such tracks, and the comparison of a
model with the starter leaves such tracks out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from shared.starter.recordings import StarterRecordings
from shared.starter.rows import StarterRows, hash_artist_group, load_starter_rows
from shared.store.repositories import Repositories

_BATCH = 500
"""Recordings whose fingerprints are held at a time: that of a song of four minutes takes 25 kB."""


@dataclass(frozen=True, kw_only=True)
class StarterOverlap:
    """What the starter has of the artist or of the recording of a track."""

    rows: frozenset[int]
    """Of the same artist, or of the recording and its artist; none of an artist who is only credited beside another."""


def find_overlaps(
    repositories: Repositories, track_ids: Sequence[UUID], groups: Sequence[str], rows: StarterRows
) -> dict[UUID, StarterOverlap]:
    """The overlap of each track of which the starter knows the artist or the recording; others are absent.

    `groups` are the artist groups of the tracks as a snapshot froze them; those that their recordings have today count
    as well.
    """
    rows_of_artist: dict[str, set[int]] = {}
    for row, digits in enumerate(rows.artist_hashes):
        rows_of_artist.setdefault(digits, set()).add(row)
    known = rows.known_artist_hashes | rows_of_artist.keys()
    today = repositories.evaluations.list_traces(track_ids)
    clips = _find_clips(repositories, track_ids, TrainingClips.from_rows(rows))
    overlaps = {}
    for track_id, group in zip(track_ids, groups, strict=True):
        names = {group, *(today[track_id].artist_groups if track_id in today else ())}
        artists = {hash_artist_group(name) for name in names} & known
        clip = clips.get(track_id)
        if clip is not None:
            artists.add(rows.artist_hashes[clip])
        if artists:
            of_artists = (rows_of_artist.get(digits, set()) for digits in artists)
            overlaps[track_id] = StarterOverlap(rows=frozenset[int]().union(*of_artists))
    return overlaps


def find_training_recordings(repositories: Repositories, track_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the tracks whose recording the starter was trained on; none where its files are left out."""
    clips = load_training_clips()
    return frozenset() if clips is None else frozenset(_find_clips(repositories, track_ids, clips))


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingClips:
    """The starter's recordings, and the version of their fingerprints."""

    recordings: StarterRecordings
    fingerprint_version: int

    @classmethod
    def from_rows(cls, rows: StarterRows) -> "TrainingClips":
        """Those of the starter."""
        return cls(recordings=StarterRecordings.from_rows(rows), fingerprint_version=rows.fingerprint_version)


@cache
def load_training_clips() -> TrainingClips | None:
    """Read once by a process; None where the starter's files are left out."""
    rows = load_starter_rows()
    return None if rows is None else TrainingClips.from_rows(rows)


@cache
def load_known_artists() -> frozenset[str]:
    """The hashes of the artists that the starter was trained on; none where its files are left out."""
    rows = load_starter_rows()
    return frozenset() if rows is None else rows.known_artist_hashes | frozenset(rows.artist_hashes)


def _find_clips(repositories: Repositories, track_ids: Sequence[UUID], clips: TrainingClips) -> Mapping[UUID, int]:
    """The clip of the same recording, of the tracks that have one."""
    fingerprints = repositories.fingerprints_of(version=clips.fingerprint_version)
    clip_of = {}
    for batch in _batches(track_ids):
        for track_id, made in fingerprints.list_by_recording(batch):
            clip = clips.recordings.find_clip(made)
            if clip is not None:
                clip_of[track_id] = clip
    return clip_of


def _batches(track_ids: Sequence[UUID]) -> Iterator[Collection[UUID]]:
    for start in range(0, len(track_ids), _BATCH):
        yield track_ids[start : start + _BATCH]
