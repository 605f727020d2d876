"""The file of the library that plays a track, as the store has it and as it lies there."""

import os
from contextlib import ExitStack
from typing import BinaryIO
from uuid import UUID

from services.api.deps import ApiPorts, require_surviving_track
from services.api.errors import ProblemError, conflict_error
from shared.domain.media import FileVersion
from shared.store.repositories import Repositories
from shared.store.tracks.played_file import PlayedFile, find_played_file


def require_track_file(repositories: Repositories, track_id: UUID) -> PlayedFile:
    """The file that plays a track.

    Raises ProblemError: 404 where the track has no file in the library (`no_audio_file`); MovedTrackError.
    """
    track = require_surviving_track(repositories, track_id)
    file = find_played_file(repositories.tracks.list_sources([track_id])[track_id])
    if file is None:
        raise _no_audio_file(track_id, is_missing=track.missing_since is not None)
    return file


def open_track_file(ports: ApiPorts, file: PlayedFile) -> BinaryIO:
    """The file, opened. The caller closes it.

    Raises ProblemError: 409 where it is not the one that was analysed (`audio_changed`); and PermanentError where it
    cannot be opened.
    """
    with ExitStack() as closing:
        opened = closing.enter_context(ports.library.open_file(file.locator))
        if FileVersion.from_status(os.fstat(opened.fileno())) != file.version:
            raise _audio_changed(file.locator)
        closing.pop_all()
    return opened


def _audio_changed(locator: str) -> ProblemError:
    return conflict_error(
        "audio_changed",
        f"{locator} has changed since it was analysed: crawl its folder again, and ask for the track that it belongs "
        "to then",
    )


def _no_audio_file(track_id: UUID, *, is_missing: bool) -> ProblemError:
    why = (
        "its file is missing: it plays again once a crawl finds it"
        if is_missing
        else "it has no file in the library that is as it was analysed: clips of web sources are not kept"
    )
    return ProblemError(404, "no_audio_file", f"track {track_id} cannot be played: {why}")
