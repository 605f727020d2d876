"""The one table: task → queue → message. Names of tasks and queues stand here and nowhere else."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.domain.messages import ItemsMessage, JobMessage, Message, TickMessage


class Queue(StrEnum):
    """One queue a worker: long and short work never share one."""

    CRAWL = "crawl"
    FEATURES = "features"
    TRAIN = "train"
    SWEEP = "sweep"


class Task(StrEnum):
    """What a worker can be asked to do."""

    LIST_SOURCE = "crawler.list_source"
    COLLECT_ITEMS = "crawler.collect_items"
    FEATURIZE_ITEMS = "featurizer.featurize_items"
    LIST_STALE = "featurizer.list_stale"
    AUGMENT_ITEMS = "featurizer.augment_items"
    LIST_VARIANTS = "featurizer.list_variants"
    PACK_ITEMS = "featurizer.pack_items"
    TRAIN_CANDIDATES = "trainer.train_candidates"
    SWEEP = "beat.sweep"
    PULSE_CRAWL = "crawler.pulse"
    PULSE_FEATURES = "featurizer.pulse"
    PULSE_TRAIN = "trainer.pulse"


@dataclass(frozen=True)
class Route:
    """Where a task runs, what it carries, and for how long it may run."""

    queue: Queue
    message: type[Message]
    time_limit_s: int
    """The worker's child is killed after this; the lease in the row then brings the work back."""
    expires_s: int | None = None
    """A message that nobody took for so long is worth nothing any more."""


ROUTES = MappingProxyType(
    {
        Task.LIST_SOURCE: Route(Queue.CRAWL, JobMessage, 6 * 3600),
        Task.COLLECT_ITEMS: Route(Queue.CRAWL, ItemsMessage, 240),
        Task.FEATURIZE_ITEMS: Route(Queue.FEATURES, ItemsMessage, 240),
        Task.LIST_STALE: Route(Queue.FEATURES, JobMessage, 3600),
        Task.LIST_VARIANTS: Route(Queue.FEATURES, JobMessage, 3600),
        Task.AUGMENT_ITEMS: Route(Queue.FEATURES, ItemsMessage, 240),
        Task.PACK_ITEMS: Route(Queue.FEATURES, ItemsMessage, 6 * 3600),
        Task.TRAIN_CANDIDATES: Route(Queue.TRAIN, JobMessage, 24 * 3600),
        Task.SWEEP: Route(Queue.SWEEP, TickMessage, 60, expires_s=30),
        Task.PULSE_CRAWL: Route(Queue.CRAWL, TickMessage, 10, expires_s=30),
        Task.PULSE_FEATURES: Route(Queue.FEATURES, TickMessage, 10, expires_s=30),
        Task.PULSE_TRAIN: Route(Queue.TRAIN, TickMessage, 10, expires_s=30),
    }
)

PULSES = MappingProxyType(
    {Queue.CRAWL: Task.PULSE_CRAWL, Queue.FEATURES: Task.PULSE_FEATURES, Queue.TRAIN: Task.PULSE_TRAIN}
)
"""The message by which each worker shows that it really takes work from its queue."""
