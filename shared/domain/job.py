"""Jobs and their items. A job is a request of a person, and an item is one unit of its work."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class JobKind(StrEnum):
    """What was asked for."""

    CRAWL = "crawl"
    TRAIN = "train"
    RECOMPUTE = "recompute"
    PACK = "pack"
    AUGMENT = "augment"
    SCORE = "score"
    EVALUATE = "evaluate"
    STANDARDISE = "standardise"
    PREDICT = "predict"
    WINDOWS = "windows"
    CURVE = "curve"
    MEDIA = "media"


class JobState(StrEnum):
    """How a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Nothing more will happen unless a person retries."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class Stage(StrEnum):
    """Which worker an item waits for. A crawled clip goes through `collect`, then `featurize`."""

    COLLECT = "collect"
    FEATURIZE = "featurize"
    AUGMENT = "augment"
    PACK = "pack"
    TRAIN = "train"
    SCORE = "score"
    EVALUATE = "evaluate"
    STANDARDISE = "standardise"
    UPLOAD = "upload"
    WINDOWS = "windows"
    EXCERPT_WINDOWS = "excerpt_windows"
    CURVE = "curve"
    MEDIA = "media"


BULK_STAGES = frozenset({Stage.FEATURIZE, Stage.AUGMENT, Stage.SCORE, Stage.TRAIN, Stage.EXCERPT_WINDOWS, Stage.CURVE})
"""What does not start in quiet hours: analysis, scoring of the library, training, and what curves are fitted to.
Nobody waits for an answer.
"""


class ItemState(StrEnum):
    """How an item stands. requested = done + failed + skipped at the end."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class ItemCounts:
    """The items of a job, by state."""

    requested: int
    queued: int
    running: int
    done: int
    failed: int
    skipped: int

    @property
    def n_finished(self) -> int:
        """Items that will not change any more."""
        return self.done + self.failed + self.skipped


@dataclass(frozen=True, kw_only=True)
class JobPace:
    """How fast a job goes, in items a second, and how long it will still take."""

    rate_per_s: float | None
    time_left_s: float | None


def estimate_pace(counts: ItemCounts, *, started_at: datetime | None, now: datetime, listed: bool) -> JobPace:
    """The pace so far. The time left is None until everything to do is known and something is done."""
    elapsed = (now - started_at) if started_at else timedelta(0)
    if not counts.n_finished or elapsed <= timedelta(0):
        return JobPace(rate_per_s=None, time_left_s=None)
    rate = counts.n_finished / elapsed.total_seconds()
    left = (counts.requested - counts.n_finished) / rate
    return JobPace(rate_per_s=rate, time_left_s=left if listed else None)


BACKGROUND = "background"
"""The name, in the parameters of a job, of the mark that nobody asked for it: its items are sent only while nothing
else waits at their stage, a few at a time.
"""

COLLECTED = "collected"
"""The name, in the payload of an item, of what was collected with a file whose sound decides which track it is."""
