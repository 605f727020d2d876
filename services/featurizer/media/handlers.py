"""Makes peaks, covers and copies in Opus of tracks that somebody looks at or plays for the first time."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from services.featurizer.audio.location import TEMPORARY_PREFIX, explain_read_errors, local_audio
from services.featurizer.media.covers import UnusablePictureError, make_covers
from services.featurizer.media.pictures import FoundPicture, iterate_pictures
from services.featurizer.media.sound import read_sound
from shared.blobs import Blobs
from shared.blobs.port import file_sha256
from shared.domain.job import ItemState, Stage
from shared.domain.media import COVERS, MAKES, NO_COVER, FileVersion, MediaKind, MediaWork
from shared.domain.messages import ItemsMessage
from shared.errors import LaterError, PermanentError, Reason
from shared.library import MusicLibrary
from shared.library_health import LibraryHealth
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from shared.store.tracks.media import MadeMedia, MediaRequest
from shared.store.tracks.played_file import PlayedFile, find_played_file
from shared.worker.context import WorkerContext, process_items

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class _MadeOfFile:
    """What was made, and of which state of the file."""

    made: tuple[MadeMedia, ...]
    version: FileVersion


_Result = _MadeOfFile | PermanentError | LaterError


def make_media(
    message: ItemsMessage,
    *,
    bench: WorkerContext,
    library: MusicLibrary,
    blobs: Blobs,
    cache_bytes: int,
    health: LibraryHealth | None = None,
) -> None:
    """Make what the items of a message ask for, of the file that plays their track today.

    Copies in Opus are blobs, of which `cache_bytes` are kept in all; the rest lies in rows. A file whose disk or share
    is away waits for it.
    """
    health = health or LibraryHealth(library, bench.store)

    def handle(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        results = [
            (item, _make_item(item, bench=bench, library=library, blobs=blobs, health=health)) for item in claim.items
        ]
        return lambda repositories: [
            _write_outcome(repositories, item, result, cache_bytes=cache_bytes, max_attempts=bench.work.max_attempts)
            for item, result in results
        ]

    process_items(bench, message, stage=Stage.MEDIA, handle=handle)


def _make_item(
    item: JobItem, *, bench: WorkerContext, library: MusicLibrary, blobs: Blobs, health: LibraryHealth
) -> _Result:
    request = MediaRequest.from_payload(item.payload)
    try:
        with bench.store.read() as repositories:
            played = _require_file(repositories, request)
        path = library.resolve_locator(played.locator)
        with (
            explain_read_errors(path, health=health),
            local_audio(path, None, was_dropped=False, blobs=blobs) as file,
        ):
            _require_version(file, played)
            made = _make(request.work, file, library=library, blobs=blobs)
            _require_version(file, played)
    except (PermanentError, LaterError) as error:
        log.info("media.refused", item=item.key, reason=error.reason.value, detail=error.detail)
        return error
    log.info("media.made", item=item.key, kinds=[one.kind.value for one in made])
    return _MadeOfFile(made=made, version=played.version)


def _require_file(repositories: Repositories, request: MediaRequest) -> PlayedFile:
    """Raises PermanentError(`no_audio`) where the track has no file, or was removed."""
    played = find_played_file(repositories.tracks.list_sources([request.track_id])[request.track_id])
    if played is None:
        raise PermanentError(Reason.NO_AUDIO, "this track has no audio file any more: crawl its folder again")
    return played


def _require_version(path: Path, played: PlayedFile) -> None:
    """Raises PermanentError(`audio_changed`), OSError."""
    if FileVersion.from_status(path.stat()) != played.version:
        detail = f"{played.locator} has changed since it was analysed: crawl its folder again"
        raise PermanentError(Reason.AUDIO_CHANGED, detail)


def _make(work: MediaWork, path: Path, *, library: MusicLibrary, blobs: Blobs) -> tuple[MadeMedia, ...]:
    match work:
        case MediaWork.PEAKS:
            return (_make_peaks(path),)
        case MediaWork.COVERS:
            return _make_covers(path, library=library)
        case MediaWork.OPUS_COPY:
            return _make_copy(path, blobs=blobs)


def _make_peaks(path: Path, *, copy_to: Path | None = None) -> MadeMedia:
    sound = read_sound(path, copy_to=copy_to)
    return _in_row(MediaKind.PEAKS, sound.peaks, duration_s=sound.duration_s)


def _make_copy(path: Path, *, blobs: Blobs) -> tuple[MadeMedia, ...]:
    """The copy, and the peaks of the same pass. The blob is written before the row that names it."""
    with TemporaryDirectory(prefix=TEMPORARY_PREFIX) as folder:
        copy = Path(folder) / "copy.ogg"
        peaks = _make_peaks(path, copy_to=copy)
        sha256, n_bytes = file_sha256(copy), copy.stat().st_size
        key = f"opus/{sha256[:2]}/{sha256}.ogg"
        blobs.put_file(key, copy)
    return MadeMedia(kind=MediaKind.OPUS_COPY, blob_key=key, n_bytes=n_bytes, sha256=sha256), peaks


def _make_covers(path: Path, *, library: MusicLibrary) -> tuple[MadeMedia, ...]:
    """Covers of the first picture that can be read; where there is none, the reason takes their place."""
    why = "there is no picture in the file, and no cover.* or folder.* (jpg, jpeg, png, webp) beside it"
    n_unusable = 0
    for picture in iterate_pictures(path, library=library):
        try:
            covers = _make_covers_of(picture)
        except UnusablePictureError as error:
            why = str(error) if not n_unusable else why
            n_unusable += 1
            continue
        return tuple(_in_row(kind, content) for kind, content in covers.items())
    return tuple(MadeMedia.without(kind, reason=NO_COVER, detail=why) for kind in COVERS.values())


def _make_covers_of(picture: FoundPicture | PermanentError) -> Mapping[MediaKind, bytes]:
    """Raises UnusablePictureError, which names the picture."""
    if isinstance(picture, PermanentError):
        raise UnusablePictureError(picture.detail)
    try:
        return make_covers(picture.content)
    except UnusablePictureError as error:
        raise UnusablePictureError(f"{picture.named}: {error}") from error


def _in_row(kind: MediaKind, content: bytes, *, duration_s: float | None = None) -> MadeMedia:
    sha256 = hashlib.sha256(content).hexdigest()
    return MadeMedia(kind=kind, content=content, n_bytes=len(content), sha256=sha256, duration_s=duration_s)


def _write_outcome(
    repositories: Repositories, item: JobItem, result: _Result, *, cache_bytes: int, max_attempts: int
) -> ItemOutcome:
    request = MediaRequest.from_payload(item.payload)
    media = repositories.track_media
    if isinstance(result, PermanentError | LaterError):
        outcome = ItemOutcome.from_error(item, result, max_attempts=max_attempts)
        if outcome.state is ItemState.FAILED:
            failed = [
                MadeMedia.without(kind, reason=result.reason.value, detail=result.detail)
                for kind in MAKES[request.work]
            ]
            media.save(request.track_id, failed, file=request.file, cache_bytes=cache_bytes)
        return outcome
    if not media.save(request.track_id, result.made, file=result.version, cache_bytes=cache_bytes):
        return ItemOutcome(
            item_id=item.id, state=ItemState.SKIPPED, reason=Reason.NO_AUDIO, detail="this track was removed"
        )
    return ItemOutcome(item_id=item.id, state=ItemState.DONE, track_id=request.track_id)
