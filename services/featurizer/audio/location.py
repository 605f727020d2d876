"""Where the audio of a track is: a file of the library, or a clip in the blob store that goes when it was analysed."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from services.featurizer.analysis import decoded_hashes
from services.featurizer.fingerprint.comparison import HashDecoded
from shared.blobs import Blobs
from shared.domain.features import FeatureSpec
from shared.errors import IO_ERRORS, LaterError, PermanentError, Reason, UnreadableFileError
from shared.library import MusicLibrary
from shared.library_health import LibraryHealth
from shared.store.features.reusable_features import SeenFile
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext

TEMPORARY_PREFIX = "mer-clip-"
"""Of folders for files that pass; what is left of them is cleared away (`clear_stale`)."""
_STALE_S = 3600.0


@contextmanager
def local_audio(file: Path | None, key: str | None, *, was_dropped: bool, blobs: Blobs) -> Iterator[Path]:
    """A local path of the track's audio, for the block. A file of one's own goes before a blob's `key`.

    Raises PermanentError: `no_audio`, or `audio_gone` where it might not be kept and was analysed before; of a file
    that cannot be read any more behind the block `not_found`, `forbidden` or `io_error`.
    """
    if file is not None:
        yield file
        # where its disk went away meanwhile, not all of it may have been read
        if (refusal := _refusal_to_read(file)) is not None:
            raise refusal
    elif key is not None:
        with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX) as folder:
            path = Path(folder) / "clip"
            path.write_bytes(_clip_content(key, blobs))
            yield path
    elif was_dropped:
        raise PermanentError(
            Reason.AUDIO_GONE, "its audio might not be kept, so it was dropped after it was analysed: crawl it again"
        )
    else:
        raise PermanentError(Reason.NO_AUDIO, "this track has no audio file any more: crawl its folder again")


@contextmanager
def explain_read_errors(file: Path | None, *, health: LibraryHealth) -> Iterator[None]:
    """Around all that is done with a file of the library: what its disk or share is to blame for is raised as that.

    Raises LaterError: `library_away`, or `io_error` where the disk refused and may not the next time.
    """
    try:
        yield
    except (PermanentError, OSError) as error:
        if file is None:
            raise
        raise _explain_error(error, file, health) from error


def _explain_error(error: PermanentError | OSError, file: Path, health: LibraryHealth) -> Exception:
    refusal = _refusal_to_read(file)
    if refusal is None:
        if isinstance(error, OSError) and error.errno in IO_ERRORS:
            return health.explain(UnreadableFileError.from_os_error(error, file, named=file.name))
        was_away = isinstance(error, PermanentError) and error.reason is Reason.NOT_FOUND
        return LaterError(Reason.IO_ERROR, f"{file.name} was away for a moment", wait_s=1.0) if was_away else error
    explained = health.explain(refusal)
    says_less = isinstance(error, OSError) or error.reason is Reason.UNDECODABLE
    return explained if says_less or isinstance(explained, LaterError) else error


def _refusal_to_read(file: Path) -> UnreadableFileError | None:
    try:
        with file.open("rb") as content:
            content.read(1)
    except OSError as error:
        return UnreadableFileError.from_os_error(error, file, named=file.name)
    return None


def delete_dropped(bench: WorkerContext, blobs: Blobs) -> None:
    """Delete the clips that are analysed, after the commit that says so; also those that a dead worker left."""
    with bench.store.read() as repositories:
        keys = repositories.clips.list_to_delete()
    if not keys:
        return
    for key in keys:
        blobs.delete(key)
    bench.store.transact("featurize.clips_deleted", lambda repositories: repositories.clips.mark_deleted(keys))


def clear_stale() -> None:
    """Remove the temporary files of featurizers that were killed; nobody analyses a clip for an hour."""
    for folder in Path(tempfile.gettempdir()).glob(f"{TEMPORARY_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _STALE_S:
                shutil.rmtree(folder)


def _clip_content(key: str, blobs: Blobs) -> bytes:
    try:
        return blobs.get(key)
    except PermanentError as error:
        raise PermanentError(Reason.AUDIO_GONE, "its clip is not in the blob store any more: crawl it again") from error


def hash_decoded_again(
    repositories: Repositories, *, library: MusicLibrary, blobs: Blobs, spec: FeatureSpec
) -> HashDecoded:
    """Decodes the audio of a track once more, if it still is what was analysed: a file that changed is no ground."""

    def hash_decoded(track_id: UUID, audio_sha256: str) -> str | None:
        file = repositories.reusable_features(spec=spec.fingerprint).list_files([track_id]).get(track_id)
        clip, kept = (
            repositories.clips.list_by_track([track_id]).get(track_id),
            repositories.uploads.list_kept_keys([track_id]).get(track_id),
        )
        try:
            path = library.resolve_locator(file.locator) if file else None
            if path is not None and file is not None and (file.is_open or not _is_as_seen(path, file)):
                return None
            key = (clip.key if clip else None) or kept
            with local_audio(path, key, was_dropped=clip is not None, blobs=blobs) as audio:
                hashes = decoded_hashes(audio, spec=spec)
        except (PermanentError, LaterError):
            return None
        return hashes.decoded_sha256 if hashes.audio_sha256 == audio_sha256 else None

    return hash_decoded


def _is_as_seen(path: Path, file: SeenFile) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (file.size_bytes, file.mtime_ns)
