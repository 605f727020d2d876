"""What is known of the track and the file of an item before it is analysed."""

from dataclasses import dataclass
from uuid import UUID

from shared.domain.job import COLLECTED
from shared.domain.track import CollectedTrack
from shared.store.features.reusable_features import PreviousExtraction, SeenFile
from shared.store.jobs.items import ItemClaim
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from shared.store.tracks.clips import KeptClip
from shared.store.tracks.file_states import FileStatus

RECOMPUTED = "recomputed"
"""The mark, in an item's payload, of a recomputation: a track whose audio is gone is passed over, not failed."""

FINGERPRINT_ONLY = "fingerprint_only"
"""The mark of a recomputation that adds the acoustic fingerprint to a track and touches nothing else of it."""


@dataclass(frozen=True, kw_only=True)
class TrackState:
    """What is known of a track before it is analysed."""

    track_id: UUID
    file: SeenFile | None
    clip: KeptClip | None = None
    kept_key: str | None = None
    """Of audio that was sent in and is kept: it stays after it was analysed."""
    before: PreviousExtraction | None = None
    twin: PreviousExtraction | None = None
    is_known: bool = False
    """Somebody heard the track before."""
    collected: CollectedTrack | None = None
    """What a crawl collected with a file whose sound decides which track it is."""

    @property
    def has_own_audio(self) -> bool:
        """A file of the library, or audio that was sent in: not only a clip that a source delivered."""
        return self.file is not None or self.kept_key is not None

    def is_open(self, status: FileStatus | None) -> bool:
        """Whether the sound of the file, as it is at `status`, has to say which track it is."""
        if self.file is None or status is None:
            return False
        is_as_seen = (status.size_bytes, status.mtime_ns) == (self.file.size_bytes, self.file.mtime_ns)
        return self.collected is not None or self.file.is_open or not is_as_seen


def load_track_states(repositories: Repositories, claim: ItemClaim, *, spec: str) -> dict[int, TrackState]:
    """By item; nothing for one whose track was removed.

    An item that names a file is about the track that the file belongs to now.
    """
    carrying = repositories.reusable_features(spec=spec)
    named = carrying.files_at([item.locator for item in claim.items if item.locator])
    tracks = {item.id: _track_of(item, named) for item in claim.items}
    track_ids = list({track_id for track_id in tracks.values() if track_id})
    files = carrying.list_files(track_ids)
    clips = repositories.clips.list_by_track(track_ids)
    kept = repositories.uploads.list_kept_keys(track_ids)
    # a crawl that comes to a track again means to analyse it; a recomputation adds what is not stored yet
    recomputed = [track_id for item in claim.items if RECOMPUTED in item.payload and (track_id := tracks[item.id])]
    before = carrying.list_previous(track_ids) | (carrying.list_previous(recomputed, own=True) if recomputed else {})
    twins = carrying.list_with_same_audio(before) if before else {}
    known = repositories.sounds(spec=spec).list_by_track(track_ids).keys()
    return {
        item.id: TrackState(
            track_id=track_id,
            file=named.get(item.locator or "") or files.get(track_id),
            clip=clips.get(track_id),
            kept_key=kept.get(track_id),
            before=before.get(track_id),
            twin=twins.get(track_id),
            is_known=track_id in known,
            collected=CollectedTrack.from_payload(item.payload[COLLECTED]) if COLLECTED in item.payload else None,
        )
        for item in claim.items
        if (track_id := tracks[item.id])
    }


def _track_of(item: JobItem, named: dict[str, SeenFile]) -> UUID | None:
    file = named.get(item.locator or "")
    return file.track_id if file else item.track_id
