"""Finds and opens the file that plays a track."""

import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from services.api.audio.media_type import find_media_type
from services.api.deps import ApiPorts, require_surviving_track
from services.api.errors import ProblemError, conflict_error
from shared.store.tracks.missing_tracks import find_source_to_play


@dataclass(frozen=True, kw_only=True)
class PlayableFile:
    """An open file that browsers play."""

    file: BinaryIO
    media_type: str


def open_audio(ports: ApiPorts, track_id: UUID) -> PlayableFile:
    """The file of a track, opened. The caller closes it.

    Raises ProblemError: 404 where the track has no file in the library (`no_audio_file`), 409 where the file is not the
    one that was analysed (`audio_changed`) or some browser does not play it (`not_playable`); MovedTrackError; and
    PermanentError where the file cannot be opened.
    """
    with ports.store.read() as repositories:
        track = require_surviving_track(repositories, track_id)
        sources = repositories.tracks.list_sources([track_id])[track_id]
    source = find_source_to_play(sources, is_described=True)
    if source is None or source.locator is None:
        raise _no_audio_file(track_id, is_missing=track.missing_since is not None)
    with ExitStack() as closing:
        file = closing.enter_context(ports.library.open_file(source.locator))
        status = os.fstat(file.fileno())
        if (status.st_size, status.st_mtime_ns) != (source.size_bytes, source.mtime_ns):
            raise _audio_changed(source.locator)
        media_type = find_media_type(file)
        if media_type is None:
            raise _not_playable(source.locator)
        closing.pop_all()
    return PlayableFile(file=file, media_type=media_type)


def _audio_changed(locator: str) -> ProblemError:
    return conflict_error(
        "audio_changed",
        f"{locator} has changed since it was analysed: crawl its folder again, and ask for the track that it belongs "
        "to then",
    )


def _not_playable(locator: str) -> ProblemError:
    return conflict_error(
        "not_playable",
        f"{locator} is of a format that not all browsers play: MP3, AAC in M4A, FLAC, Ogg Vorbis, Opus and WAV are",
    )


def _no_audio_file(track_id: UUID, *, is_missing: bool) -> ProblemError:
    why = (
        "its file is missing: it plays again once a crawl finds it"
        if is_missing
        else "it has no file in the library that is as it was analysed: clips of web sources are not kept"
    )
    return ProblemError(404, "no_audio_file", f"track {track_id} cannot be played: {why}")
