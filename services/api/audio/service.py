"""Finds and opens what plays a track: its file, or the copy of it that all browsers play."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from uuid import UUID

from services.api.audio.media_service import PendingMedia, find_media, start_making
from services.api.audio.media_type import OGG, find_media_type
from services.api.audio.track_file import open_track_file, require_track_file
from services.api.deps import ApiPorts
from shared.domain.job import ItemState
from shared.domain.media import MediaKind
from shared.errors import PermanentError, Reason
from shared.store.tables import TrackMediaRow
from shared.store.tracks.media import is_use_due
from shared.store.tracks.played_file import PlayedFile


@dataclass(frozen=True, kw_only=True)
class PlayableFile:
    """An open file that browsers play."""

    file: BinaryIO
    media_type: str
    etag: str | None = None
    """Without quotes; None: of the size and time of the file."""


def open_audio(ports: ApiPorts, track_id: UUID) -> PlayableFile | PendingMedia:
    """The file of a track, opened, or its copy in Opus where some browser does not play the file. The caller closes it.

    Raises ProblemError: 404 where the track has no file in the library (`no_audio_file`), 409 where the file is not the
    one that was analysed (`audio_changed`), 422 where no copy could be made of it; MovedTrackError; and PermanentError
    where the file cannot be opened.
    """
    with ports.store.read() as repositories:
        file = require_track_file(repositories, track_id)
    with ExitStack() as closing:
        opened = closing.enter_context(open_track_file(ports, file))
        media_type = find_media_type(opened)
        if media_type is not None:
            closing.pop_all()
            return PlayableFile(file=opened, media_type=media_type)
    return _open_copy(ports, track_id, file)


def _open_copy(ports: ApiPorts, track_id: UUID, file: PlayedFile) -> PlayableFile | PendingMedia:
    row = find_media(ports, track_id, MediaKind.OPUS_COPY)
    if isinstance(row, PendingMedia):
        return row
    opened = _open_blob(ports, row)
    if opened is None:  # the blob was lost, or went from the cache a moment ago
        start_making(ports, track_id, MediaKind.OPUS_COPY, file)
        return PendingMedia(ItemState.QUEUED)
    if is_use_due(row):
        ports.store.transact(
            "media.used", lambda repositories: repositories.track_media.mark_used(track_id, MediaKind.OPUS_COPY)
        )
    return PlayableFile(file=opened, media_type=OGG, etag=row.sha256)


def _open_blob(ports: ApiPorts, row: TrackMediaRow) -> BinaryIO | None:
    """The blob of a row, opened; None where it is not there. Raises RetryableError while the store is away."""
    assert row.blob_key is not None
    with TemporaryDirectory(prefix="mer-copy-") as folder:  # what was copied here can be read until it is closed
        try:
            return ports.blobs.local_file(row.blob_key, cache=Path(folder)).open("rb")
        except FileNotFoundError:
            return None
        except PermanentError as error:
            if error.reason is Reason.NOT_FOUND:
                return None
            raise
