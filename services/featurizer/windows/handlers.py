"""The second pass over the audio of tracks: windows for a curve that somebody asks for, or that a head is fitted to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import structlog

from services.featurizer.audio.location import explain_read_errors, local_audio
from services.featurizer.windows.computation import WindowOutputs
from shared.blobs import Blobs
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.domain.taggers import TaggerSpec
from shared.domain.windows import EXCERPT
from shared.errors import LaterError, PermanentError, Reason
from shared.library import MusicLibrary
from shared.library_health import LibraryHealth
from shared.store.features.windows import StoredWindows, WindowRequest
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from shared.worker.context import WorkerContext, process_items

log = structlog.get_logger()

ComputeWindows = Callable[[Path, Sequence[TaggerSpec], str], WindowOutputs]
"""Windows of a file, of these taggers and this span."""

_Result = StoredWindows | PermanentError | LaterError


@dataclass(frozen=True, kw_only=True)
class TrackAudio:
    """Where the audio of a recording is: a file of the library, or a blob."""

    locator: str | None
    kept_key: str | None
    clip_key: str | None
    was_clip: bool


def make_windows(
    message: ItemsMessage,
    *,
    bench: WorkerContext,
    library: MusicLibrary,
    blobs: Blobs,
    spec: FeatureSpec,
    taggers: Collection[TaggerSpec],
    compute: ComputeWindows,
    stage: Stage = Stage.WINDOWS,
    health: LibraryHealth | None = None,
) -> None:
    """Make the windows of the tracks of a message and store them as float16.

    `taggers` are those that are on and can be run here. A file whose disk or share is away waits for it.
    """
    health = health or LibraryHealth(library, bench.store)

    def handle(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        results = [
            (item, _make_item(item, bench=bench, library=library, blobs=blobs, spec=spec, taggers=taggers,
                              compute=compute, health=health))
            for item in claim.items
        ]  # fmt: skip
        return lambda repositories: [
            _write_outcome(repositories, item, result, max_attempts=bench.work.max_attempts) for item, result in results
        ]

    process_items(bench, message, stage=stage, handle=handle)


def _make_item(
    item: JobItem,
    *,
    bench: WorkerContext,
    library: MusicLibrary,
    blobs: Blobs,
    spec: FeatureSpec,
    taggers: Collection[TaggerSpec],
    compute: ComputeWindows,
    health: LibraryHealth,
) -> _Result:
    try:
        request = WindowRequest.from_payload(item.payload)
        wanted = pick_window_taggers(taggers, request.versions)
        with bench.store.read() as repositories:
            audio = _find_audio(repositories, request.track_id, spec=spec)
        path = library.resolve_locator(audio.locator) if audio.locator else None
        with (
            explain_read_errors(path, health=health),
            local_audio(path, audio.kept_key or audio.clip_key, was_dropped=audio.was_clip, blobs=blobs) as file,
        ):
            outputs = compute(file, wanted, request.span)
    except (PermanentError, LaterError) as error:
        log.info("windows.refused", item=item.key, reason=error.reason.value, detail=error.detail)
        return error
    log.info("windows.made", item=item.key, span=request.span, n_windows=len(outputs.starts_s))
    return store_form(outputs, span=request.span, versions=request.versions)


def pick_window_taggers(taggers: Collection[TaggerSpec], versions: Mapping[str, str]) -> tuple[TaggerSpec, ...]:
    """The taggers of these versions. Raises PermanentError where one is off, cannot be run or is of another version."""
    today = {tagger.name: tagger for tagger in taggers}
    lacking = [name for name, digits in versions.items() if name not in today or today[name].fingerprint != digits]
    if lacking:
        names = " and ".join(lacking)
        raise PermanentError(
            Reason.TAGGER_MISMATCH,
            f"the model reads a version of {names} that is not among the taggers of today: see MER_TAGGERS, or train",
        )
    return tuple(today[name] for name in versions)


def store_form(outputs: WindowOutputs, *, span: str, versions: Mapping[str, str]) -> StoredWindows:
    """Windows as they are stored."""
    return StoredWindows(
        span=span,
        versions=dict(versions),
        audio_sha256=outputs.audio_sha256,
        starts_s=outputs.starts_s,
        values=outputs.values,
    )


def _find_audio(repositories: Repositories, track_id: UUID, *, spec: FeatureSpec) -> TrackAudio:
    """The audio of any track of the recording. Raises PermanentError(`no_audio`) where the track was removed."""
    track_ids = repositories.windows.list_recording(track_id)
    if not track_ids:
        raise PermanentError(Reason.NO_AUDIO, "this track was removed")
    files = repositories.reusable_features(spec=spec.fingerprint).list_files(track_ids)
    kept = repositories.uploads.list_kept_keys(track_ids)
    clips = repositories.clips.list_by_track(track_ids)
    return TrackAudio(
        locator=next((files[one].locator for one in track_ids if one in files), None),
        kept_key=next((kept[one] for one in track_ids if one in kept), None),
        clip_key=next((clips[one].key for one in track_ids if one in clips and clips[one].key), None),
        was_clip=bool(clips),
    )


def _write_outcome(repositories: Repositories, item: JobItem, result: _Result, *, max_attempts: int) -> ItemOutcome:
    if isinstance(result, PermanentError | LaterError):
        is_left_out = item.payload.get("span") == EXCERPT and result.reason in _AUDIO_GONE
        return ItemOutcome.from_error(item, result, max_attempts=max_attempts, is_skipped=is_left_out)
    track_id = UUID(item.payload["track_id"])
    if not repositories.windows.save_track_windows(track_id, result):
        return ItemOutcome(
            item_id=item.id, state=ItemState.SKIPPED, reason=Reason.NO_AUDIO, detail="this track was removed"
        )
    return ItemOutcome(item_id=item.id, state=ItemState.DONE, track_id=track_id)


_AUDIO_GONE = frozenset({Reason.NO_AUDIO, Reason.AUDIO_GONE, Reason.NOT_FOUND})
"""A labelled track whose file is gone is left out of a fit, and counted."""
