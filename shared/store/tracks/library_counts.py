"""Counts over a whole library: how its tracks are analysed, and which moods they have. Each reads every track once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, text, union
from sqlalchemy.orm import aliased

from shared.domain.annotation import AnnotatorKind
from shared.domain.content_kind import ContentKind
from shared.domain.labels import DecidedBy
from shared.metrics.prediction_sets import LEAST_UNSURE
from shared.store.base_repository import BaseRepository
from shared.store.features.tagger_outputs import is_not_music
from shared.store.tables import AnnotationRow, AnnotatorRow, FeatureSet, Prediction, TaggerOutputRow, Track
from shared.store.tracks.analysis_states import AnalysisState
from shared.store.tracks.decisions import TrackDecisionRepository, TrackDecisions
from shared.store.tracks.missing_tracks import has_audio, is_shown
from shared.store.tracks.standing_annotations import is_standing

_LONGEST_S = 300
"""A statement takes no longer."""
_PAGE = 1000
"""Tracks that are decided one by one, at once."""
N_BINS = 20


@dataclass(frozen=True, kw_only=True)
class AnalysisCounts:
    """Recordings of one library by how far their analysis is. They sum to all recordings that are not missing."""

    n_analysed: int = 0
    n_pending: int = 0
    """With audio, and never analysed."""
    n_stale: int = 0
    """Analysed under another spec only."""
    n_failed: int = 0
    n_without_audio: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    """Of `n_failed`, by reason, the most frequent first."""

    @property
    def n_tracks(self) -> int:
        """All of them."""
        return self.n_analysed + self.n_pending + self.n_stale + self.n_failed + self.n_without_audio


@dataclass(kw_only=True)
class MoodCount:
    """Recordings that are decided to be one emotion."""

    n_tracks: int = 0
    n_unsure: int = 0
    """Of them, those by a model whose prediction set holds `LEAST_UNSURE` emotions or more."""
    duration_s: float = 0.0
    """Of those whose duration is known."""
    by_probability: list[int] = field(default_factory=lambda: [0] * N_BINS)
    """Those that the model decided, by the probability of its answer: bins of equal width over [0, 1]."""


@dataclass(kw_only=True)
class DecisionCounts:
    """Recordings of one library by what is decided on them."""

    moods: dict[str, MoodCount]
    """By emotion, in the order of the taxonomy."""
    by_decider: dict[str, int] = field(default_factory=dict)
    """By `DecidedBy`."""
    not_music: dict[ContentKind, int] = field(default_factory=dict)
    n_none: int = 0
    """The model answered that they are none of its emotions, and nobody else said more."""
    n_undecided: int = 0
    """Without an answer: not analysed, not scored, or not readable for the model."""

    def add(self, emotion: str, *, n_tracks: int, duration_s: float, decided_by: str) -> MoodCount:
        """Count recordings that are decided alike, and return the count of their emotion."""
        mood = self.moods.setdefault(emotion, MoodCount())
        mood.n_tracks += n_tracks
        mood.duration_s += duration_s
        self.by_decider[decided_by] = self.by_decider.get(decided_by, 0) + n_tracks
        return mood


class LibraryCounts(BaseRepository):
    """All SQL that counts a library for its summary. Missing tracks count nowhere, and a recording counts once."""

    def allow_long_counts(self) -> None:
        """Let statements of this transaction take longer than a request may: nobody waits for them."""
        self._session.execute(text(f"set local statement_timeout = {1000 * _LONGEST_S}"))

    def count_analyses(self, *, synthetic: bool, spec: str) -> AnalysisCounts:
        """How far the analysis under `spec` is. Of a recording of several tracks the best state counts."""
        member = aliased(Track)
        is_ready = FeatureSet.state == "ready"
        of_spec = FeatureSet.spec == spec
        analysed = (
            select(
                member.survivor_id.label("survivor_id"),
                func.bool_or(is_ready & of_spec).label("is_analysed"),
                func.bool_or(~is_ready & of_spec).label("is_failed"),
                func.bool_or(is_ready & ~of_spec).label("is_stale"),
                func.min(FeatureSet.reason).filter(~is_ready & of_spec).label("reason"),
            )
            .join(FeatureSet, FeatureSet.track_id == member.id)
            .group_by(member.survivor_id)
            .subquery()
        )
        sounds = aliased(Track)
        has_sound = exists().where(sounds.survivor_id == Track.id, has_audio(sounds.id)).correlate(Track)
        state = case(
            (analysed.c.is_analysed, literal(AnalysisState.ANALYSED.value)),
            (analysed.c.is_failed, literal(AnalysisState.FAILED.value)),
            (analysed.c.is_stale, literal(AnalysisState.STALE.value)),
            (has_sound, literal(AnalysisState.PENDING.value)),
            else_=literal(AnalysisState.WITHOUT_AUDIO.value),
        )
        rows = (
            select(state.label("state"), case((analysed.c.is_analysed, None), else_=analysed.c.reason).label("reason"))
            .select_from(Track)
            .outerjoin(analysed, analysed.c.survivor_id == Track.id)
            .where(_is_counted(synthetic=synthetic))
            .subquery()
        )
        query = select(rows.c.state, rows.c.reason, func.count()).group_by(rows.c.state, rows.c.reason)
        tally: dict[str, int] = {}
        failures: dict[str, int] = {}
        for name, reason, number in self._session.execute(query.order_by(func.count().desc())):
            tally[name] = tally.get(name, 0) + number
            if name == AnalysisState.FAILED:
                failures[reason or "internal"] = number
        return AnalysisCounts(**{f"n_{name}": number for name, number in tally.items()}, failures=failures)

    def count_decisions(
        self, decisions: TrackDecisions, emotions: Sequence[str], *, set_limit: float | None
    ) -> DecisionCounts:
        """What is decided on each recording, by the rule of `domain.labels.decide_emotion`.

        Where the model alone decides they are counted in the database, all others by `TrackDecisionRepository`.
        `set_limit`: the nonconformity up to which an emotion belongs to a prediction set; None where a model has none.
        """
        counts = DecisionCounts(moods={emotion: MoodCount() for emotion in emotions})
        self._count_predicted(counts, decisions, set_limit=set_limit)
        self._count_others(counts, decisions)
        n_decided = sum(mood.n_tracks for mood in counts.moods.values())
        n_all = self._session.scalar(
            select(func.count()).select_from(Track).where(_is_counted(synthetic=decisions.synthetic))
        )
        counts.n_undecided = (n_all or 0) - n_decided - counts.n_none - sum(counts.not_music.values())
        return counts

    def _count_predicted(self, counts: DecisionCounts, decisions: TrackDecisions, *, set_limit: float | None) -> None:
        model = decisions.answering.model
        if model is None:
            return
        # by their positions: to take the arrays apart would cost four times as much
        probabilities = [Prediction.probabilities[n + 1] for n in range(len(model.card["classes"]))]
        n_unsure = func.count().filter(_is_unsure(probabilities, set_limit)) if set_limit is not None else literal(0)
        at = func.width_bucket(func.greatest(*probabilities), 0.0, 1.0, N_BINS)
        query = (
            select(Prediction.emotion, at, func.count(), n_unsure, func.coalesce(func.sum(Track.duration_s), 0.0))
            .select_from(Track)
            .join(Prediction, and_(Prediction.track_id == Track.id, Prediction.model_id == model.id))
            .where(_is_counted(synthetic=decisions.synthetic), Track.id.not_in(select_others(decisions)))
            .group_by(Prediction.emotion, at)
        )
        for emotion, place, n_tracks, unsure, duration_s in self._session.execute(query):
            if emotion is None:
                counts.n_none += n_tracks
                continue
            mood = counts.add(emotion, n_tracks=n_tracks, duration_s=float(duration_s), decided_by=DecidedBy.MODEL)
            mood.n_unsure += unsure
            # below the first bin and above the last one are 0 and N_BINS + 1: a probability of 1 among them
            mood.by_probability[min(max(place or 1, 1), N_BINS) - 1] += n_tracks

    def _count_others(self, counts: DecisionCounts, decisions: TrackDecisions) -> None:
        repository = TrackDecisionRepository(self._session)
        query = select(Track.id, Track.duration_s).where(
            _is_counted(synthetic=decisions.synthetic), Track.id.in_(select_others(decisions))
        )
        durations_s: dict[UUID, float | None] = {row.id: row.duration_s for row in self._session.execute(query)}
        track_ids = list(durations_s)
        for start in range(0, len(track_ids), _PAGE):
            page = track_ids[start : start + _PAGE]
            for track_id, decided in repository.list_by_track(decisions, page).items():
                decision = decided.decision
                if decision.answer is not None and decision.decided_by is not None:
                    length = durations_s[track_id] or 0.0
                    mood = counts.add(decision.answer, n_tracks=1, duration_s=length, decided_by=decision.decided_by)
                    if decision.decided_by is DecidedBy.MODEL and decided.predicted is not None:
                        mood.by_probability[min(int(N_BINS * decided.predicted.probability), N_BINS - 1)] += 1
                elif decided.content_kind is not None:
                    kind = decided.content_kind
                    counts.not_music[kind] = counts.not_music.get(kind, 0) + 1
                elif decided.predicted is not None:
                    counts.n_none += 1


def _is_counted(*, synthetic: bool) -> ColumnElement[bool]:
    return and_(Track.synthetic == synthetic, Track.merged_into.is_(None), is_shown())


def select_others(decisions: TrackDecisions) -> Select[UUID]:
    """Recordings on which more than the model may decide: annotated ones that the model does not answer, or that a
    person annotated, and those in which no music is heard.
    """
    model, member = decisions.answering.model, aliased(Track)
    is_label = or_(AnnotationRow.emotion.is_not(None), AnnotationRow.valence.is_not(None))
    annotated = (
        select(member.survivor_id)
        .join(AnnotationRow, AnnotationRow.track_id == member.id)
        .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
        .where(is_label, is_standing())
    )
    if model is not None:
        is_answered = exists().where(
            Prediction.track_id == member.survivor_id, Prediction.model_id == model.id, Prediction.emotion.is_not(None)
        )
        annotated = annotated.where(or_(AnnotatorRow.kind == AnnotatorKind.PERSON, ~is_answered))
    sounding = aliased(Track)
    no_music = (
        select(sounding.survivor_id)
        .join(TaggerOutputRow, TaggerOutputRow.track_id == sounding.id)
        .where(is_not_music())
    )
    return select(union(annotated, no_music).subquery().c.survivor_id)


def _is_unsure(probabilities: Sequence[ColumnElement[float]], limit: float) -> ColumnElement[bool]:
    """Whether the marginal prediction set holds `LEAST_UNSURE` emotions or more (`metrics.prediction_sets`)."""
    n_members = sum((case((1.0 - one <= limit, 1), else_=0) for one in probabilities), start=literal(0))
    return n_members >= LEAST_UNSURE
