"""What is known of the track and the file of an item before it is analysed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from shared.arrays import Tensor
from shared.domain.job import COLLECTED
from shared.domain.track import CollectedTrack
from shared.json_objects import JsonObject
from shared.store.features.reusable_features import PreviousExtraction, SeenFile
from shared.store.features.tagger_outputs import TaggerVersions
from shared.store.jobs.items import ItemClaim
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from shared.store.tracks.clips import KeptClip
from shared.store.tracks.file_states import FileStatus

RECOMPUTED = "recomputed"
"""The mark, in an item's payload, of a recomputation: a track whose audio is gone is passed over, not failed."""

FINGERPRINT_ONLY = "fingerprint_only"
"""The mark of a recomputation that adds the acoustic fingerprint to a track and touches nothing else of it."""

TAGGERS_ONLY = "taggers_only"
"""The mark of a recomputation that adds the outputs of audio taggers to a track and touches nothing else of it."""


def is_addition(payload: JsonObject) -> bool:
    """Whether an item adds something to a track whose features stay as they are."""
    return FINGERPRINT_ONLY in payload or TAGGERS_ONLY in payload


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
    taggers: frozenset[str] = frozenset()
    """Those that are to be asked about the track: none about a synthetic one."""
    missing_taggers: frozenset[str] = frozenset()
    """Those of them whose outputs of today's version it has not."""
    outputs_of_twin: Mapping[str, Tensor] = field(default_factory=dict)
    """What the missing ones gave for another track that had all the same samples."""

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


def load_track_states(
    repositories: Repositories, claim: ItemClaim, *, spec: str, taggers: TaggerVersions
) -> dict[int, TrackState]:
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
    missing = _list_missing_taggers(repositories, track_ids, taggers=taggers)
    outputs_of_twins = _load_outputs_of_twins(
        repositories, {track_id: one for track_id, one in before.items() if missing.get(track_id)}, taggers=taggers
    )
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
            taggers=frozenset(taggers) if track_id in missing else frozenset(),
            missing_taggers=missing.get(track_id, frozenset()),
            outputs_of_twin={
                tagger: values
                for tagger, values in outputs_of_twins.get(track_id, {}).items()
                if tagger in missing[track_id]
            },
        )
        for item in claim.items
        if (track_id := tracks[item.id])
    }


def _list_missing_taggers(
    repositories: Repositories, track_ids: Collection[UUID], *, taggers: TaggerVersions
) -> dict[UUID, frozenset[str]]:
    """By track that is to be tagged, the taggers whose outputs it lacks."""
    if not taggers or not track_ids:
        return {}
    asked = [track.id for track in repositories.tracks.list_by_id(list(track_ids)) if not track.synthetic]
    missing = repositories.tagger_outputs.filter_missing(asked, versions=taggers)
    return {track_id: missing.get(track_id, frozenset()) for track_id in asked}


def _load_outputs_of_twins(
    repositories: Repositories, before: Mapping[UUID, PreviousExtraction], *, taggers: TaggerVersions
) -> dict[UUID, dict[str, Tensor]]:
    sounds = {
        track_id: one.extraction.decoded_sha256 for track_id, one in before.items() if one.extraction.decoded_sha256
    }
    windows = {sound: before[track_id].extraction.audio_sha256 for track_id, sound in sounds.items()}
    by_sound = repositories.tagger_outputs.list_by_sound(windows, versions=taggers)
    return {track_id: by_sound.get(sound, {}) for track_id, sound in sounds.items()}


def _track_of(item: JobItem, named: dict[str, SeenFile]) -> UUID | None:
    file = named.get(item.locator or "")
    return file.track_id if file else item.track_id
