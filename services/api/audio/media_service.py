"""Finds what the featurizer made of a track's file, or lets it be made."""

from dataclasses import dataclass
from uuid import UUID

from services.api.audio.track_file import open_track_file, require_track_file
from services.api.deps import ApiPorts
from services.api.errors import ProblemError, conflict_error, not_scorable
from shared.domain.job import ItemState, Stage
from shared.domain.media import NO_COVER, MediaKind
from shared.errors import Reason
from shared.store.tables import TrackMediaRow
from shared.store.tracks.played_file import PlayedFile
from shared.worker.context import send_hints


@dataclass(frozen=True)
class PendingMedia:
    """It is still being made: ask again."""

    state: ItemState


def find_media(ports: ApiPorts, track_id: UUID, kind: MediaKind) -> TrackMediaRow | PendingMedia:
    """What was made of the file that plays a track; the first question has it made.

    Raises ProblemError: 404 where the track has no file (`no_audio_file`) or no cover (`no_cover`), 409 where the file
    has changed (`audio_changed`), 422 where it could not be read; MovedTrackError; and PermanentError where the file
    cannot be opened.
    """
    with ports.store.read() as repositories:
        file = require_track_file(repositories, track_id)
        row = repositories.track_media.get(track_id, kind, file=file.version)
        state = repositories.track_media.find_work(track_id, kind, file=file.version) if row is None else None
    if row is not None:
        return _require_made(row)
    if state is None:
        open_track_file(ports, file).close()  # what cannot be opened is told at once
        start_making(ports, track_id, kind, file)
    return PendingMedia(state or ItemState.QUEUED)


def start_making(ports: ApiPorts, track_id: UUID, kind: MediaKind, file: PlayedFile) -> None:
    """Let the featurizer make it, unless it is in work."""
    item_ids = ports.store.transact(
        "media.ask",
        lambda repositories: repositories.track_media.start_work(track_id, kind, file=file.version),
    )
    send_hints(ports.bus, Stage.MEDIA, item_ids)


def _require_made(row: TrackMediaRow) -> TrackMediaRow:
    """Raises ProblemError where the row says why there is none."""
    detail = row.detail or "it could not be made of the file of this track"
    match row.reason:
        case None:
            return row
        case str() as reason if reason == NO_COVER:
            raise ProblemError(404, NO_COVER, f"track {row.track_id} has no cover: {detail}")
        case str() as reason if reason == Reason.AUDIO_CHANGED:
            raise conflict_error(reason, detail)
        case reason:
            raise not_scorable(reason, detail)
