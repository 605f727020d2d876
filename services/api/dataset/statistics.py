"""What there is, counted: moods, sources, annotators, feature distributions, duplicates and conflicts. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from services.api.dataset.schemas import (
    AnnotatorCount,
    DatasetReportResponse,
    DistributionResponse,
    DuplicateCountsResponse,
    FeatureDistributionResponse,
    LabelConflictResponse,
)
from shared.domain.annotation import Annotator
from shared.domain.emotion import get_taxonomy
from shared.domain.labels import latest_votes
from shared.domain.names import fold_artist, fold_title
from shared.domain.track import CATALOGUE_COLUMNS
from shared.store.tracks.track_records import TrackRecord

UNLABELLED = "unlabelled"
UNDECIDED = "undecided"
N_BINS = 24
N_SHOWN = 50
_COUNTED = frozenset({"key", "mode", "time_signature"})


class DatasetStatistics:
    """Counts over all tracks, fed page by page."""

    def __init__(self, *, taxonomy: str, library: str, n_not_scored: int = 0, n_left_out: int = 0) -> None:
        """`library` is real, synthetic or all; `n_left_out` tracks belong to the other one and are not counted."""
        self._taxonomy, self._library = taxonomy, library
        self._n_not_scored, self._n_left_out = n_not_scored, n_left_out
        self._n = Counter[str]()
        self._decisions: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._out_of_domain = Counter[str]()
        self._moods: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._sources: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._annotators: defaultdict[Annotator, Counter[str]] = defaultdict(Counter)
        self._values: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self._same_audio, self._same_names, self._same_isrc = Counter[str](), Counter[str](), Counter[str]()
        self._conflicts: list[LabelConflictResponse] = []
        self._pairs = Counter[str]()

    def add_page(self, page: Iterable[TrackRecord]) -> None:
        """Count a page of tracks."""
        for record in page:
            label, decision = record.label, record.decision
            mood = label.emotion if label else UNLABELLED
            if record.decided.content_kind is None:
                self._decisions[decision.answer or UNDECIDED][decision.decided_by or UNDECIDED] += 1
            else:
                self._out_of_domain[record.decided.content_kind] += 1
            self._count_record(record, mood)
            for column, value in record.catalogue.items():
                self._values[column][mood].append(value)
            self._count_duplicates(record)
            self._count_conflicts(record, label.emotion if label else None)

    def to_response(self) -> DatasetReportResponse:
        """Everything that was counted."""
        moods = (*get_taxonomy(self._taxonomy).emotions, UNLABELLED)
        return DatasetReportResponse(
            taxonomy=self._taxonomy,
            library=self._library,
            n_left_out=self._n_left_out,
            left_out=_left_out(self._library, self._n_left_out),
            n_tracks=self._n["tracks"],
            n_labelled=self._n["labelled"],
            n_with_audio=self._n["audio"],
            n_with_features=self._n["features"],
            n_with_catalogue=self._n["catalogue"],
            n_not_scored=self._n_not_scored,
            decisions={
                emotion: dict(self._decisions[emotion])
                for emotion in (*moods[:-1], UNDECIDED)
                if emotion in self._decisions
            },
            out_of_domain=dict(sorted(self._out_of_domain.items())),
            moods={mood: dict(self._moods[mood]) for mood in moods if mood in self._moods},
            sources={name: dict(tally) for name, tally in sorted(self._sources.items())},
            annotators=[
                AnnotatorCount(kind=who.kind.value, name=who.name, n=tally.total(), emotions=dict(tally))
                for who, tally in sorted(self._annotators.items(), key=lambda pair: -pair[1].total())
            ],
            features={
                c: _feature_distribution(c, self._values[c], moods) for c in CATALOGUE_COLUMNS if c in self._values
            },
            duplicates=DuplicateCountsResponse(
                same_audio=_count_surplus(self._same_audio),
                same_title_and_artist=_count_surplus(self._same_names),
                same_isrc=_count_surplus(self._same_isrc),
            ),
            n_conflicts=self._pairs.total(),
            conflicts_by_pair=dict(self._pairs.most_common()),
            conflicts=self._conflicts,
        )

    def _count_record(self, record: TrackRecord, mood: str) -> None:
        ready = record.features is not None and record.features.state == "ready"
        self._n["labelled"] += mood != UNLABELLED
        flags = {
            "tracks": True,
            "audio": record.locator is not None,
            "features": ready,
            "catalogue": record.has_catalogue_inputs,
        }
        self._n.update(name for name, holds in flags.items() if holds)
        self._moods[mood].update({name: int(holds) for name, holds in flags.items()})
        for source in {source.source for source in record.sources}:
            self._sources[source][mood] += 1

    def _count_duplicates(self, record: TrackRecord) -> None:
        track = record.track
        if record.features is not None and record.features.audio_sha256:
            self._same_audio[record.features.audio_sha256] += 1
        if track.title and (artist := fold_artist(track.artist)):
            self._same_names[f"{fold_title(track.title)}\n{artist}"] += 1
        if track.isrc:
            self._same_isrc[track.isrc] += 1

    def _count_conflicts(self, record: TrackRecord, label: str | None) -> None:
        votes = latest_votes(record.annotations, taxonomy=self._taxonomy)
        emotion_by_annotator = {who: vote.emotion for who, vote in votes.items()}
        for who, emotion in emotion_by_annotator.items():
            self._annotators[who][emotion] += 1
        if len(set(emotion_by_annotator.values())) < 2:  # noqa: PLR2004 (one word, or none, is no conflict)
            return
        self._pairs[" / ".join(sorted(set(emotion_by_annotator.values())))] += 1
        if len(self._conflicts) < N_SHOWN:
            self._conflicts.append(
                LabelConflictResponse(
                    track_id=record.track.id,
                    title=record.track.title,
                    artist=record.track.artist,
                    label=label,
                    said={f"{who.kind} {who.name}": emotion for who, emotion in emotion_by_annotator.items()},
                )
            )


def _left_out(library: str, n: int) -> str | None:
    """What the report does not count, and how it can be."""
    if not n:
        return None
    if library == "real":
        return f"{n} synthetic tracks of the demo library are left out: the library `synthetic` counts them, `all` both"
    return f"{n} real tracks are left out: the library `real` counts them, `all` both"


def _feature_distribution(
    column: str, by_mood: dict[str, list[float]], moods: Sequence[str]
) -> FeatureDistributionResponse:
    """Histograms over one common range, which leaves the outermost thousandths out, and five numbers a mood.

    Whole numbers have a bin each, as long as there are no odd ones.
    """
    everything = np.concatenate([np.asarray(values, dtype=np.float64) for values in by_mood.values()])
    if column in _COUNTED and np.ptp(everything) <= N_BINS:
        edges = np.arange(np.floor(everything.min()), np.ceil(everything.max()) + 2) - 0.5
    else:
        low, high = np.quantile(everything, [0.001, 0.999])
        edges = np.linspace(low, high if high > low else low + 1.0, N_BINS + 1)
    return FeatureDistributionResponse(
        edges=[round(float(edge), 6) for edge in edges],
        moods={mood: _distribution(np.asarray(by_mood[mood]), edges) for mood in moods if by_mood.get(mood)},
    )


def _distribution(values: Any, edges: Any) -> DistributionResponse:
    quantiles = [round(float(q), 6) for q in np.quantile(values, [0, 0.25, 0.5, 0.75, 1])]
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return DistributionResponse(n=len(values), quantiles=quantiles, counts=[int(n) for n in counts])


def _count_surplus(tally: Counter[str]) -> int:
    """Tracks too many: those beyond the first of each group."""
    return sum(n - 1 for n in tally.values())
