"""Each decoded file goes to the track that it sounds like; what was collected with it follows it there.

A path is a locator: what it held before says nothing of what it holds now. Nothing that was computed or said of a track
is touched by another sound at its path; it only loses the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from uuid import UUID

import structlog

from services.featurizer.extraction import ItemResult
from services.featurizer.identity.sounds import decide_track
from shared.domain.file_state import FileState
from shared.domain.track import CollectedTrack, SourceRef
from shared.errors import LaterError, PermanentError, Reason
from shared.store.features.repository import ExtractedFeatures
from shared.store.features.sounds import KnownSound
from shared.store.repositories import Repositories
from shared.store.tables import TrackSource

log = structlog.get_logger()


@dataclass
class AssignedFiles:
    """What a batch came to."""

    results: list[ItemResult] = field(default_factory=list)
    stale: set[UUID] = field(default_factory=set)
    """Tracks that keep their features although a file of theirs cannot be decoded any more."""
    renamed: set[UUID] = field(default_factory=set)
    """New tracks, and those that are called otherwise now."""
    left: set[UUID] = field(default_factory=set)
    """Tracks that lost a file."""
    returned: bool = False
    """A file was missing and is there."""


def assign_files(repositories: Repositories, results: Sequence[ItemResult], *, spec: str) -> AssignedFiles:
    """Say of every item's file which track it is, and write that down. Files stay locked until the transaction ends."""
    assignment = _FileAssignment(repositories, results, spec=spec)
    for result in results:
        assignment.assign_file(result)
    repositories.send_changes()
    return assignment.placed


def decide_missing(repositories: Repositories, placed: AssignedFiles) -> None:
    """Say which tracks lost their last file, or have one again. Holds all recordings until the transaction ends."""
    missing = repositories.missing_tracks
    if placed.left:
        missing.lose_file(placed.left)
    if placed.left or placed.returned:
        missing.refresh({result.track_id for result in placed.results if result.track_id})


def settle_renamed(repositories: Repositories, placed: AssignedFiles) -> None:
    """Look for tracks that are called alike, as a crawl does after it collected."""
    if placed.renamed:
        resolution = repositories.resolve_duplicates(sorted(placed.renamed))
        if resolution.n_merged or resolution.n_suggested:
            log.info("tracks.settled", n_merged=resolution.n_merged, n_suggested=resolution.n_suggested)


class _FileAssignment:
    """One batch, in its transaction."""

    def __init__(self, repositories: Repositories, results: Sequence[ItemResult], *, spec: str) -> None:
        self._repositories = repositories
        self._files, self._sounds = repositories.file_states, repositories.sounds(spec=spec)
        self.placed = AssignedFiles()
        self._rows = self._files.lock(
            r.track_state.file.source_id for r in results if r.track_state and r.track_state.file
        )
        sounds = [result.sound for result in results if result.is_open]
        self._sounds.lock_hashes(sound.audio_sha256 for sound in sounds if sound and sound.audio_sha256)
        track_ids = {row.track_id for row in self._rows.values()}
        self._known, self._described = self._sounds.list_by_track(track_ids), self._sounds.filter_described(track_ids)
        self._new_sounds: list[KnownSound] = []
        """The sounds of tracks that had none before this batch."""
        self.placed.returned = any(row.state == FileState.MISSING for row in self._rows.values())

    def assign_file(self, result: ItemResult) -> None:
        """Decide on one item."""
        file = result.track_state.file if result.track_state else None
        if file is None or not result.is_of_file:
            self.placed.results.append(result)
            return
        row = self._rows.get(file.source_id)
        if row is None:
            gone = PermanentError(Reason.NO_AUDIO, "this track was removed")
            self.placed.results.append(replace(result, outcome=gone, track_id=None))
        elif (row.size_bytes, row.mtime_ns) != (file.size_bytes, file.mtime_ns):
            # seen by a later crawl, whose item decides
            again = PermanentError(Reason.AUDIO_GONE, "the file changed while it was analysed: it is analysed again")
            self.placed.results.append(replace(result, outcome=again, track_id=row.track_id))
        elif isinstance(result.outcome, ExtractedFeatures):
            self._assign_decoded(result, row)
        else:
            self._assign_failed(result, row)

    def _assign_decoded(self, result: ItemResult, row: TrackSource) -> None:
        track_id = self._decide_track(result, row) if result.is_open else row.track_id
        self._keep_result(result, row, track_id)
        assert result.status is not None
        self._files.confirm(row, track_id, result.status)
        self._save_statements(result, row, track_id)
        assert isinstance(result.outcome, ExtractedFeatures)
        if result.outcome.tags is not None and self._repositories.track_names.add_tags(row, result.outcome.tags):
            self.placed.renamed.add(track_id)

    def _assign_failed(self, result: ItemResult, row: TrackSource) -> None:
        """A file that could not be read stays as it was; one that holds nothing usable is its track's all the same."""
        error, track_id = result.outcome, row.track_id
        assert isinstance(error, PermanentError | LaterError)
        if isinstance(error, LaterError) or not result.is_lasting_failure:
            self._files.refuse(row, error.reason, error.detail, None)
            self.placed.results.append(result.moved_to(track_id))
            return
        if result.is_open and track_id in self._described:
            self.placed.stale.add(track_id)
        elif result.is_open and result.sound is not None:
            track_id = self._decide_track(result, row)
        self._keep_result(result, row, track_id)
        row.track_id = track_id
        self._files.refuse(row, error.reason, error.detail, result.status)
        if track_id not in self.placed.stale:
            self._save_statements(result, row, track_id)

    def _decide_track(self, result: ItemResult, row: TrackSource) -> UUID:
        """The track whose sound this is, a new one where there is none."""
        sound = result.sound
        assert sound is not None
        known = self._known.get(row.track_id, [])
        others = [one for one in self._new_sounds if one.sound.audio_sha256 == sound.audio_sha256]
        if sound.audio_sha256:
            others += self._sounds.list_by_window(sound.audio_sha256, like=row.track_id, but_file=row.id)
        track_id = decide_track(sound, own=row.track_id, known=known, others=others)
        if track_id is None:
            track_id = self._create_track(result, row)
        if track_id != row.track_id:
            log.info("file.moved", locator=row.source_id, from_track=str(row.track_id), to_track=str(track_id))
        return track_id

    def _create_track(self, result: ItemResult, row: TrackSource) -> UUID:
        collected = result.track_state.collected if result.track_state else None
        if collected is None:
            ref = SourceRef(row.source, row.source_id)
            collected = CollectedTrack(refs=(ref,), title=PurePosixPath(row.source_id).stem, tags_of_file={})
        track_id = self._repositories.tracks.create(
            collected, synthetic=self._repositories.tracks.require_by_id(row.track_id).synthetic
        )
        self.placed.renamed.add(track_id)
        return track_id

    def _keep_result(self, result: ItemResult, row: TrackSource, track_id: UUID) -> None:
        """The result is that of this track, which the file leaves its own one for."""
        if track_id != row.track_id:
            self.placed.left.add(row.track_id)
            row.tags = row.listed_names = None
        if result.sound is not None and track_id not in self._known:
            self._new_sounds.append(KnownSound(track_id=track_id, sound=result.sound, has_file=True))
        self.placed.results.append(result.moved_to(track_id))

    def _save_statements(self, result: ItemResult, row: TrackSource, track_id: UUID) -> None:
        """What was collected with the file is said of the track that it is."""
        collected = result.track_state.collected if result.track_state else None
        if collected is None:
            return
        naming = self._repositories.track_names
        forgotten = naming.read_file(row, collected)
        forgotten |= self._repositories.save_statements(track_id, collected)
        if naming.resolve(track_id, forgotten=forgotten):
            self.placed.renamed.add(track_id)
