"""The featurizer's tasks: messages in, use cases out."""

import gc
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from celery import Celery
from celery.signals import worker_init
from structlog import get_logger
from threadpoolctl import threadpool_limits

from services.featurizer import handlers, pack, recompute, unused_blobs, uploads
from services.featurizer.analysis import ClipAnalysis, analyse_clip, warm_up
from services.featurizer.audio.location import clear_stale
from services.featurizer.augmentation.handlers import augment_items
from services.featurizer.cpu_share import CpuSlots, work_within_share
from services.featurizer.learned_columns.storing import add_missing_columns
from services.featurizer.media.handlers import make_media
from services.featurizer.taggers.graph_file import TaggerFileError
from services.featurizer.taggers.usable_taggers import split_usable
from services.featurizer.windows import handlers as window_handlers
from services.featurizer.windows.computation import WindowOutputs, compute_file_windows
from shared.blobs import Blobs, open_blobs
from shared.bus.celery_app import bind_task
from shared.bus.routes import Task
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.messages import ItemsMessage, JobMessage, TickMessage
from shared.domain.stages import list_stages
from shared.domain.taggers import TaggerSpec
from shared.errors import PermanentError
from shared.library import MusicLibrary
from shared.library_health import LibraryHealth
from shared.packs.writer import SHARD_BYTES
from shared.settings import BlobSettings, FeatureSettings, LibrarySettings, MediaSettings, SourceSettings
from shared.worker.composition import worker_context
from shared.worker.context import record_pulse

SPEC = FeatureSpec()

log = get_logger()


@cache
def _music_library() -> MusicLibrary:
    return MusicLibrary.from_settings(LibrarySettings())


@cache
def _health(app: Celery) -> LibraryHealth:
    return LibraryHealth(_music_library(), worker_context(app).store)


@cache
def _blob_store() -> Blobs:
    return open_blobs(BlobSettings())


@cache
def _keeps_clips() -> bool:
    return SourceSettings().keep_previews


@cache
def _stores_waveforms() -> bool:
    return FeatureSettings().store_waveforms


@cache
def _audio_cache_bytes() -> int:
    return MediaSettings().audio_cache_mb * 1_000_000


@cache
def _taggers() -> tuple[TaggerSpec, ...]:
    """Those that are switched on and whose files are in order: tracks are analysed without the others."""
    settings = FeatureSettings()
    usable, problems = split_usable(settings.stored_taggers)
    unusable: dict[str, PermanentError | TaggerFileError] = {**settings.tagger_problems, **problems}
    for tagger, problem in unusable.items():
        log.error("tagger.not_usable", tagger=tagger, reason=problem.reason.value, detail=problem.detail)
    return usable


@cache
def _slots() -> CpuSlots:
    return CpuSlots()


def _featurize_items(app: Celery, message: ItemsMessage) -> None:
    work = partial(
        handlers.featurize_items,
        message,
        bench=worker_context(app),
        library=_music_library(),
        blobs=_blob_store(),
        spec=SPEC,
        analyse=_analyse_clip,
        keep_clips=_keeps_clips(),
        waveforms=_stores_waveforms(),
        taggers=_taggers(),
        health=_health(app),
    )
    work_within_share(worker_context(app), Task.FEATURIZE_ITEMS, message, work, slots=_slots())


def _analyse_clip(path: Path, wanted: frozenset[str]) -> ClipAnalysis:
    return analyse_clip(path, spec=SPEC, wanted=wanted, taggers=[one for one in _taggers() if one.name in wanted])


def _list_stale(app: Celery, message: JobMessage) -> None:
    recompute.list_stale(
        message, bench=worker_context(app), spec=SPEC, waveforms=_stores_waveforms(), taggers=_taggers()
    )


def _tag_library(app: Celery, _: TickMessage) -> None:
    recompute.tag_library(bench=worker_context(app), taggers=_taggers())
    add_missing_columns(bench=worker_context(app), spec=SPEC, taggers=_taggers())


def _list_variants(app: Celery, message: JobMessage) -> None:
    recompute.list_variants(message, bench=worker_context(app), spec=SPEC)


def _augment_items(app: Celery, message: ItemsMessage) -> None:
    bench = worker_context(app)
    work = partial(augment_items, message, bench=bench, library=_music_library(), blobs=_blob_store(), spec=SPEC)
    work_within_share(bench, Task.AUGMENT_ITEMS, message, work, slots=_slots())


def _pack_items(app: Celery, message: ItemsMessage) -> None:
    pack.pack_items(message, bench=worker_context(app), blobs=_blob_store(), spec=SPEC, shard_bytes=SHARD_BYTES)


def _analyse_uploads(app: Celery, message: ItemsMessage) -> None:
    wanted = list_stages(SPEC, waveforms=_stores_waveforms())
    uploads.analyse_uploads(
        message,
        bench=worker_context(app),
        blobs=_blob_store(),
        spec=SPEC,
        taggers=_taggers(),
        analyse=partial(analyse_clip, spec=SPEC, wanted=wanted, taggers=_taggers()),
        compute_windows=_compute_windows,
    )


def _make_windows(app: Celery, message: ItemsMessage, *, stage: Stage = Stage.WINDOWS) -> None:
    window_handlers.make_windows(
        message,
        bench=worker_context(app),
        library=_music_library(),
        blobs=_blob_store(),
        spec=SPEC,
        taggers=_taggers(),
        compute=_compute_windows,
        stage=stage,
        health=_health(app),
    )


def _make_excerpt_windows(app: Celery, message: ItemsMessage) -> None:
    work = partial(_make_windows, app, message, stage=Stage.EXCERPT_WINDOWS)
    work_within_share(worker_context(app), Task.MAKE_EXCERPT_WINDOWS, message, work, slots=_slots())


def _compute_windows(path: Path, taggers: Sequence[TaggerSpec], span: str) -> WindowOutputs:
    return compute_file_windows(path, spec=SPEC, taggers=taggers, span=span)


def _make_media(app: Celery, message: ItemsMessage) -> None:
    make_media(
        message,
        bench=worker_context(app),
        library=_music_library(),
        blobs=_blob_store(),
        cache_bytes=_audio_cache_bytes(),
        health=_health(app),
    )


def _drop_uploads(app: Celery, _: TickMessage) -> None:
    uploads.drop_uploads(bench=worker_context(app), blobs=_blob_store())
    unused_blobs.delete_unused(bench=worker_context(app), blobs=_blob_store())


def _send_pulse(app: Celery, message: TickMessage) -> None:
    record_pulse(worker_context(app), queue=message.queue)


@worker_init.connect  # type: ignore[untyped-decorator]  # celery has no types
def _warm_parent(**_: object) -> None:
    """Before the children are forked: one thread each, so that they do not fight, the slots that they share, and all
    first-call costs paid once.

    Children that compile at the same time would take three times as long and write one cache over each other.
    """
    threadpool_limits(limits=1)
    _slots()
    clear_stale()
    warm_up(SPEC, taggers=_taggers())
    gc.collect()
    gc.freeze()  # children share the memory of what is there now until they change it, and looking at it is a change


def register_tasks(app: Celery) -> None:
    """Bind the featurizer's tasks to its app."""
    FeatureSettings()  # one that cannot be read ends the worker at its start, not its first task
    MediaSettings()
    bind_task(app, Task.FEATURIZE_ITEMS, partial(_featurize_items, app))
    bind_task(app, Task.LIST_STALE, partial(_list_stale, app))
    bind_task(app, Task.TAG_LIBRARY, partial(_tag_library, app))
    bind_task(app, Task.LIST_VARIANTS, partial(_list_variants, app))
    bind_task(app, Task.AUGMENT_ITEMS, partial(_augment_items, app))
    bind_task(app, Task.PACK_ITEMS, partial(_pack_items, app))
    bind_task(app, Task.ANALYSE_UPLOADS, partial(_analyse_uploads, app))
    bind_task(app, Task.MAKE_WINDOWS, partial(_make_windows, app))
    bind_task(app, Task.MAKE_EXCERPT_WINDOWS, partial(_make_excerpt_windows, app))
    bind_task(app, Task.MAKE_MEDIA, partial(_make_media, app))
    bind_task(app, Task.DROP_UPLOADS, partial(_drop_uploads, app))
    bind_task(app, Task.PULSE_FEATURES, partial(_send_pulse, app))
    bind_task(app, Task.PULSE_UPLOADS, partial(_send_pulse, app))
