"""The featurizer's tasks: messages in, use cases out."""

from functools import cache, partial
from pathlib import Path

from celery import Celery
from celery.signals import worker_init
from threadpoolctl import threadpool_limits

from services.featurizer import handlers, pack, recompute, unused_blobs, uploads
from services.featurizer.analysis import Analysis, analyse, warm_up
from services.featurizer.audio.location import clear_stale
from services.featurizer.augmentation import handlers as augmenting
from services.featurizer.cpu_share import CpuSlots, work_within_share
from shared.blobs import Blobs, open_blobs
from shared.bus.celery_app import bind
from shared.bus.routes import Task
from shared.domain.features import FeatureSpec
from shared.domain.messages import ItemsMessage, JobMessage, TickMessage
from shared.domain.stages import stages
from shared.library import Library
from shared.library_health import LibraryHealth
from shared.packs.writer import SHARD_BYTES
from shared.settings import BlobSettings, FeatureSettings, LibrarySettings, SourceSettings
from shared.worker.composition import workbench
from shared.worker.context import pulse

SPEC = FeatureSpec()


@cache
def _library() -> Library:
    return Library.from_settings(LibrarySettings())


@cache
def _health(app: Celery) -> LibraryHealth:
    return LibraryHealth(_library(), workbench(app).store)


@cache
def _blobs() -> Blobs:
    return open_blobs(BlobSettings())


@cache
def _keeps_clips() -> bool:
    return SourceSettings().keep_previews


@cache
def _waveforms() -> bool:
    return FeatureSettings().store_waveforms


@cache
def _slots() -> CpuSlots:
    return CpuSlots()


def _featurize(app: Celery, message: ItemsMessage) -> None:
    work = partial(
        handlers.featurize_items,
        message,
        bench=workbench(app),
        library=_library(),
        blobs=_blobs(),
        spec=SPEC,
        analyse=_analyse,
        keep_clips=_keeps_clips(),
        waveforms=_waveforms(),
        health=_health(app),
    )
    work_within_share(workbench(app), Task.FEATURIZE_ITEMS, message, work, slots=_slots())


def _analyse(path: Path, wanted: frozenset[str]) -> Analysis:
    return analyse(path, spec=SPEC, wanted=wanted)


def _list_stale(app: Celery, message: JobMessage) -> None:
    recompute.list_stale(message, bench=workbench(app), spec=SPEC, waveforms=_waveforms())


def _list_variants(app: Celery, message: JobMessage) -> None:
    recompute.list_variants(message, bench=workbench(app), spec=SPEC)


def _augment(app: Celery, message: ItemsMessage) -> None:
    bench = workbench(app)
    work = partial(augmenting.augment_items, message, bench=bench, library=_library(), blobs=_blobs(), spec=SPEC)
    work_within_share(bench, Task.AUGMENT_ITEMS, message, work, slots=_slots())


def _pack(app: Celery, message: ItemsMessage) -> None:
    pack.pack_items(message, bench=workbench(app), blobs=_blobs(), spec=SPEC, shard_bytes=SHARD_BYTES)


def _analyse_uploads(app: Celery, message: ItemsMessage) -> None:
    wanted = stages(SPEC, waveforms=_waveforms())
    uploads.analyse_uploads(
        message, bench=workbench(app), blobs=_blobs(), spec=SPEC, analyse=partial(analyse, spec=SPEC, wanted=wanted)
    )


def _drop_uploads(app: Celery, _: TickMessage) -> None:
    uploads.drop_uploads(bench=workbench(app), blobs=_blobs())
    unused_blobs.delete_unused(bench=workbench(app), blobs=_blobs())


def _pulse(app: Celery, message: TickMessage) -> None:
    pulse(workbench(app), queue=message.queue)


@worker_init.connect  # type: ignore[untyped-decorator]  # celery has no types
def _warm_parent(**_: object) -> None:
    """Before the children are forked: one thread each, so that they do not fight, the slots that they share, and all
    first-call costs paid once.

    Children that compile at the same time would take three times as long and write one cache over each other.
    """
    threadpool_limits(limits=1)
    _slots()
    clear_stale()
    warm_up(SPEC)


def register(app: Celery) -> None:
    """Bind the featurizer's tasks to its app."""
    bind(app, Task.FEATURIZE_ITEMS, partial(_featurize, app))
    bind(app, Task.LIST_STALE, partial(_list_stale, app))
    bind(app, Task.LIST_VARIANTS, partial(_list_variants, app))
    bind(app, Task.AUGMENT_ITEMS, partial(_augment, app))
    bind(app, Task.PACK_ITEMS, partial(_pack, app))
    bind(app, Task.ANALYSE_UPLOADS, partial(_analyse_uploads, app))
    bind(app, Task.DROP_UPLOADS, partial(_drop_uploads, app))
    bind(app, Task.PULSE_FEATURES, partial(_pulse, app))
