"""Counts a library, and keeps what it counted: counting reads every track, which takes seconds in a large library."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from services.api.models.starter_record import StarterRecords
from services.api.schemas.model import ModelReference
from services.api.summary.accuracy import describe_accuracy
from services.api.summary.schemas import MoodSummaryResponse, SummaryResponse, SummaryTrackResponse
from shared.domain.emotion import get_taxonomy, name_emotion
from shared.domain.labels import DecidedBy
from shared.errors import RetryableError
from shared.metrics.prediction_sets import find_set_limit
from shared.store import Store
from shared.store.repositories import Repositories
from shared.store.tables import Model, Track
from shared.store.tracks.decisions import AnsweringModel, TrackDecisions
from shared.store.tracks.missing_tracks import MissingWanted

N_EXAMPLES = 3
QUICK_S = 0.25
"""A library that is counted in less time is counted in every request."""
_SHARE_OF_TIME = 0.05
"""Of the time, at most, for counting a large library."""
_FIRST_S = 60.0
"""A request waits so long for the first count of a library."""
_PATIENCE = 12
"""For the next one of a small library it waits so many times as long as a quick count takes at most."""
_MOST_KEPT = 16
"""Counts that are kept: a library in a taxonomy, by a model."""

_Key = tuple[bool, str, UUID | None]


@dataclass
class _KeptCount:
    """The last count of a library, and the one that is under way."""

    summary: SummaryResponse | None = None
    took_s: float = 0.0
    fresh_until: float = 0.0
    running: "Future[None] | None" = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class LibrarySummaries:
    """Summaries of libraries. Safe to share between threads.

    A small library is counted for every request. A large one is counted beside requests, one count at a time and for a
    twentieth of the time: a request gets the last count, which says when it was made, and starts the next one where it
    is too old. Only the first request after the start waits.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, quick_s: float = QUICK_S) -> None:
        self._clock, self._quick_s = clock, quick_s
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, _KeptCount] = OrderedDict()
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="summary")

    def get_summary(
        self,
        store: Store,
        answering: AnsweringModel,
        *,
        synthetic: bool,
        spec: str,
        coverage: float,
        records: StarterRecords,
    ) -> SummaryResponse:
        """The summary of a library as of now or of its last count. Raises what a count that was awaited raises."""
        kept = self._find((synthetic, answering.taxonomy, answering.model.id if answering.model else None))
        with kept.lock:
            summary = kept.summary
            if summary is not None and self._clock() < kept.fresh_until:
                return summary
            if kept.running is None:
                kept.running = self._threads.submit(
                    self._count,
                    kept,
                    lambda: count_library(
                        store, answering, synthetic=synthetic, spec=spec, coverage=coverage, records=records
                    ),
                )
            running, is_quick = kept.running, kept.took_s <= self._quick_s
        if summary is not None and not is_quick:
            return summary
        try:
            running.result(timeout=_FIRST_S if summary is None else _PATIENCE * self._quick_s)
        except FutureTimeoutError as error:
            if running.done():  # the count itself broke
                raise
            if summary is None:
                raise RetryableError("the library is being counted for the first time") from error
            return summary
        assert kept.summary is not None
        return kept.summary

    def close(self) -> None:
        """Start no further count."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _find(self, key: _Key) -> _KeptCount:
        with self._lock:
            kept = self._kept.setdefault(key, _KeptCount())
            self._kept.move_to_end(key)
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return kept

    def _count(self, kept: _KeptCount, count: Callable[[], SummaryResponse]) -> None:
        started = self._clock()
        try:
            summary = count()
            took_s = self._clock() - started
            with kept.lock:
                kept.summary, kept.took_s = summary, took_s
                kept.fresh_until = started + (took_s / _SHARE_OF_TIME if took_s > self._quick_s else 0.0)
        finally:
            with kept.lock:
                kept.running = None


def count_library(
    store: Store, answering: AnsweringModel, *, synthetic: bool, spec: str, coverage: float, records: StarterRecords
) -> SummaryResponse:
    """Read every track once."""
    taxonomy, model = answering.taxonomy, answering.model
    emotions = get_taxonomy(taxonomy).emotions
    decisions = TrackDecisions(answering, synthetic=synthetic)
    counted_at = datetime.now(UTC)
    with store.read() as repositories:
        counts = repositories.library_counts
        counts.allow_long_counts()
        analyses = counts.count_analyses(synthetic=synthetic, spec=spec)
        decided = counts.count_decisions(decisions, emotions, set_limit=_find_set_limit(model, coverage))
        n_missing = repositories.tracks.count_tracks(synthetic=synthetic, missing=MissingWanted.ONLY)
        moods = [
            MoodSummaryResponse(
                emotion=emotion,
                emotion_name=name_emotion(taxonomy, emotion),
                n_tracks=mood.n_tracks,
                n_unsure=mood.n_unsure,
                duration_s=round(mood.duration_s, 1),
                by_probability=mood.by_probability,
                examples=_list_examples(repositories, decisions, emotion) if mood.n_tracks else [],
            )
            for emotion, mood in decided.moods.items()
        ]
        accuracy = describe_accuracy(repositories, model, records) if model is not None else None
    return SummaryResponse(
        taxonomy=taxonomy,
        synthetic=synthetic,
        counted_at=counted_at,
        n_tracks=analyses.n_tracks,
        n_analysed=analyses.n_analysed,
        n_pending=analyses.n_pending,
        n_stale=analyses.n_stale,
        n_failed=analyses.n_failed,
        n_without_audio=analyses.n_without_audio,
        n_missing=n_missing,
        failures=analyses.failures,
        duration_s=round(sum(mood.duration_s for mood in moods), 1),
        moods=moods,
        decided_by={kind.value: decided.by_decider.get(kind, 0) for kind in DecidedBy},
        n_none=decided.n_none,
        n_not_music=sum(decided.not_music.values()),
        not_music={kind.value: number for kind, number in sorted(decided.not_music.items())},
        n_undecided=decided.n_undecided,
        model=ModelReference.from_row(model) if model is not None else None,
        accuracy=accuracy,
    )


def _find_set_limit(model: Model | None, coverage: float) -> float | None:
    thresholds = model.metrics.get("conformal", {}).get("thresholds") if model is not None else None
    return find_set_limit(thresholds, coverage=coverage) if thresholds else None


def _list_examples(repositories: Repositories, decisions: TrackDecisions, emotion: str) -> list[SummaryTrackResponse]:
    by_library = {decisions.synthetic: decisions}
    tracks = repositories.decisions.list_page(by_library, [emotion], after=None, limit=N_EXAMPLES)
    return [_respond_track(track) for track in tracks]


def _respond_track(track: Track) -> SummaryTrackResponse:
    return SummaryTrackResponse(
        id=track.id, title=track.title, artist=track.artist, duration_s=track.duration_s, href=f"/tracks/{track.id}"
    )
