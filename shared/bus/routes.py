"""The table of tasks with their queues and messages. Names of tasks and queues are defined only here."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.domain.messages import ItemsMessage, JobMessage, PersonMessage, TaskMessage, TickMessage


class Queue(StrEnum):
    """Long and short work never share one. The featurizer takes turns between `features` and `uploads`, where somebody
    waits for the answer; one of its processes takes nothing but `uploads`.
    """

    CRAWL = "crawl"
    FEATURES = "features"
    UPLOADS = "uploads"
    TRAIN = "train"
    SCORE = "score"
    SWEEP = "sweep"


class Task(StrEnum):
    """What a worker can be asked to do."""

    LIST_SOURCE = "crawler.list_source"
    COLLECT_ITEMS = "crawler.collect_items"
    FEATURIZE_ITEMS = "featurizer.featurize_items"
    LIST_STALE = "featurizer.list_stale"
    TAG_LIBRARY = "featurizer.tag_library"
    AUGMENT_ITEMS = "featurizer.augment_items"
    LIST_VARIANTS = "featurizer.list_variants"
    PACK_ITEMS = "featurizer.pack_items"
    ANALYSE_UPLOADS = "featurizer.analyse_uploads"
    DROP_UPLOADS = "featurizer.drop_uploads"
    MAKE_WINDOWS = "featurizer.make_windows"
    MAKE_EXCERPT_WINDOWS = "featurizer.make_excerpt_windows"
    MAKE_MEDIA = "featurizer.make_media"
    TRAIN_CANDIDATES = "trainer.train_candidates"
    SCORE_TRACKS = "trainer.score_tracks"
    EVALUATE_MODEL = "trainer.evaluate_model"
    STANDARDISE_TRACKS = "trainer.standardise_tracks"
    KEEP_SIMILARITY = "scorer.keep_similarity"
    FIT_CURVE = "scorer.fit_curve"
    FIT_PERSONAL_HEAD = "scorer.fit_personal_head"
    REFIT_PERSONAL_HEADS = "scorer.refit_personal_heads"
    SWEEP = "beat.sweep"
    PULSE_CRAWL = "crawler.pulse"
    PULSE_FEATURES = "featurizer.pulse"
    PULSE_UPLOADS = "uploads.pulse"
    PULSE_TRAIN = "trainer.pulse"
    PULSE_SCORE = "scorer.pulse"


@dataclass(frozen=True)
class TaskRoute:
    """Where a task runs, what it carries, and for how long it may run."""

    queue: Queue
    message: type[TaskMessage]
    time_limit_s: int
    """The worker's child is killed after this; the lease in the row then brings the work back."""
    expires_s: int | None = None
    """A message that nobody took for so long is worth nothing any more."""
    delay_s: float | None = None
    """A message is taken after this time at the earliest, so that several events in a row are handled once."""


ROUTES = MappingProxyType(
    {
        Task.LIST_SOURCE: TaskRoute(Queue.CRAWL, JobMessage, 6 * 3600),
        Task.COLLECT_ITEMS: TaskRoute(Queue.CRAWL, ItemsMessage, 240),
        Task.FEATURIZE_ITEMS: TaskRoute(Queue.FEATURES, ItemsMessage, 240),
        Task.LIST_STALE: TaskRoute(Queue.FEATURES, JobMessage, 3600),
        Task.TAG_LIBRARY: TaskRoute(Queue.FEATURES, TickMessage, 240, expires_s=240),
        Task.LIST_VARIANTS: TaskRoute(Queue.FEATURES, JobMessage, 3600),
        Task.AUGMENT_ITEMS: TaskRoute(Queue.FEATURES, ItemsMessage, 240),
        Task.PACK_ITEMS: TaskRoute(Queue.FEATURES, ItemsMessage, 6 * 3600),
        Task.ANALYSE_UPLOADS: TaskRoute(Queue.UPLOADS, ItemsMessage, 120),
        Task.MAKE_WINDOWS: TaskRoute(Queue.UPLOADS, ItemsMessage, 240),
        Task.MAKE_EXCERPT_WINDOWS: TaskRoute(Queue.FEATURES, ItemsMessage, 240),
        Task.MAKE_MEDIA: TaskRoute(Queue.UPLOADS, ItemsMessage, 600),
        Task.DROP_UPLOADS: TaskRoute(Queue.UPLOADS, TickMessage, 60, expires_s=60),
        Task.TRAIN_CANDIDATES: TaskRoute(Queue.TRAIN, JobMessage, 24 * 3600),
        Task.SCORE_TRACKS: TaskRoute(Queue.SCORE, ItemsMessage, 240),
        Task.EVALUATE_MODEL: TaskRoute(Queue.SCORE, ItemsMessage, 240),
        Task.STANDARDISE_TRACKS: TaskRoute(Queue.SCORE, ItemsMessage, 240),
        Task.KEEP_SIMILARITY: TaskRoute(Queue.SCORE, TickMessage, 240, expires_s=20),
        Task.FIT_CURVE: TaskRoute(Queue.SCORE, ItemsMessage, 3600),
        Task.FIT_PERSONAL_HEAD: TaskRoute(Queue.SCORE, PersonMessage, 240, delay_s=1.0),
        Task.REFIT_PERSONAL_HEADS: TaskRoute(Queue.SCORE, TickMessage, 240, expires_s=30),
        Task.SWEEP: TaskRoute(Queue.SWEEP, TickMessage, 60, expires_s=30),
        Task.PULSE_CRAWL: TaskRoute(Queue.CRAWL, TickMessage, 10, expires_s=30),
        Task.PULSE_FEATURES: TaskRoute(Queue.FEATURES, TickMessage, 10, expires_s=30),
        Task.PULSE_UPLOADS: TaskRoute(Queue.UPLOADS, TickMessage, 10, expires_s=30),
        Task.PULSE_TRAIN: TaskRoute(Queue.TRAIN, TickMessage, 10, expires_s=30),
        Task.PULSE_SCORE: TaskRoute(Queue.SCORE, TickMessage, 10, expires_s=30),
    }
)

PULSES = MappingProxyType(
    {
        Queue.CRAWL: Task.PULSE_CRAWL,
        Queue.FEATURES: Task.PULSE_FEATURES,
        Queue.UPLOADS: Task.PULSE_UPLOADS,
        Queue.TRAIN: Task.PULSE_TRAIN,
        Queue.SCORE: Task.PULSE_SCORE,
    }
)
"""The message by which each worker shows that it really takes work from its queue."""
