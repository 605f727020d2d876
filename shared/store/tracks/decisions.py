"""The decided emotions of tracks in a taxonomy, for lists, exports, similar tracks and reports.

The rule is `domain.labels.decide_emotion`. What it needs of many tracks is gathered here: the label consensus, and
what the one model that answers the taxonomy has predicted.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    or_,
    select,
    union_all,
)

from shared.domain.annotation import Annotation, AnnotatorKind
from shared.domain.content_kind import ContentKind, has_mood
from shared.domain.emotion import QUADRANT4, TAXONOMIES, project_emotion
from shared.domain.labels import EmotionDecision, LabelConsensus, decide_emotion
from shared.domain.prediction import PredictionBasis
from shared.store.base_repository import BaseRepository
from shared.store.features.tagger_outputs import TaggerOutputRepository
from shared.store.id_arrays import any_bound, any_of, to_texts
from shared.store.models.personal_heads import PersonalHeadRepository, select_personal_candidates
from shared.store.models.repository import STARTER
from shared.store.models.scores import ScoreRepository
from shared.store.tables import AnnotationRow, AnnotatorRow, Model, Prediction, Track
from shared.store.tracks.annotations import AnnotationRepository, LabelResolver
from shared.store.tracks.missing_tracks import MissingWanted
from shared.store.tracks.page_parts import PageParts, PagePrediction
from shared.store.tracks.personal_view import PersonalView
from shared.store.tracks.repository import TrackRepository
from shared.store.tracks.standing_annotations import is_standing

_MORE = 1.1
"""Candidates looked at for each track wanted: few of them are decided otherwise."""

_PREDICTIONS_OF_TRACKS = select(Prediction).where(
    Prediction.track_id == any_bound("track_ids"), Prediction.model_id == bindparam("model_id")
)


@dataclass(frozen=True)
class AnsweringModel:
    """Which taxonomy is answered, and the one champion that answers it; None where it has none."""

    taxonomy: str
    model: Model | None
    personal: PersonalView | None = None
    """Whose answers are asked for; None: those of everybody together."""


@dataclass(frozen=True, kw_only=True)
class StoredPrediction:
    """What the answering model predicted for a track."""

    emotion: str | None
    """None where the model says that it is none of its emotions."""
    probability: float
    basis: PredictionBasis
    model_id: UUID
    numbers: tuple[float, ...] = ()
    """Probabilities in the order of the card's classes, as the model gave them."""
    is_starter: bool = False


@dataclass(frozen=True, kw_only=True)
class TrackDecision:
    """What stands for a track, and what that follows from."""

    taxonomy: str
    consensus: LabelConsensus | None
    predicted: StoredPrediction | None
    content_kind: ContentKind | None = None
    """What is heard in a track that is no music and that nobody gives a mood; None for all others."""

    @property
    def decision(self) -> EmotionDecision[str]:
        """The emotion, and who decided."""
        predicted = self.predicted.emotion if self.predicted else None
        return decide_emotion(self.consensus, predicted, content_kind=self.content_kind)

    @property
    def annotator(self) -> str | None:
        """Whose label decided; None where the model did, or nobody."""
        label = self.consensus.label if self.consensus else None
        decided_by = self.decision.decided_by
        return label.annotator.name if label and decided_by == label.annotator.kind.value else None


class TrackDecisions:
    """Decisions on the tracks of one library, page by page. Keep one for all pages of one answer."""

    def __init__(self, answering: AnsweringModel, *, synthetic: bool) -> None:
        self.answering = answering
        self.synthetic = synthetic
        self.resolver = LabelResolver(answering.taxonomy)

    def may_be(
        self, emotions: Sequence[str], *, after: UUID | None = None, among: Collection[UUID] | None = None
    ) -> ColumnElement[bool]:
        """A condition on tracks after `after` that all that are decided to be one of `emotions` meet, and few others:
        those whose annotators say one of the words and are overruled by others of their kind.

        With `among` it is about those few tracks, and as quick as they are few.
        """
        candidates = self._select_candidates(emotions, after or UUID(int=0), among)
        return (Track.synthetic == self.synthetic) & Track.id.in_(candidates)

    def _select_candidates(self, emotions: Sequence[str], after: UUID, among: Collection[UUID] | None) -> Select[UUID]:
        """Ids of surviving tracks. Joins, not a look-up a track: a library has many with a label and a prediction."""
        taxonomy, model = self.answering.taxonomy, self.answering.model
        votes = (
            select(Track.survivor_id)
            .join(AnnotationRow, AnnotationRow.track_id == Track.id)
            .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
            .where(any_emotion_condition(taxonomy, emotions), is_standing(), Track.survivor_id > after)
        )
        personal = self.answering.personal
        if personal is not None:
            votes = votes.where(AnnotatorRow.kind == AnnotatorKind.PERSON, AnnotatorRow.name == personal.name)
        if among is not None:
            votes = votes.where(Track.survivor_id == any_of(among))
        if model is None:
            return votes
        if personal is not None and personal.row is not None and personal.head is not None:
            predicted = select_personal_candidates(personal.row, model, emotions, after=after)
        else:
            predicted = select(Prediction.track_id.label("survivor_id")).where(
                Prediction.model_id == model.id, Prediction.emotion.in_(emotions), Prediction.track_id > after
            )
            if among is not None:
                predicted = predicted.where(Prediction.track_id == any_of(among))
        answer = (Prediction.track_id == Track.survivor_id) & (Prediction.model_id == model.id)
        decisive = (AnnotatorRow.kind == AnnotatorKind.PERSON) | Prediction.track_id.is_(None)
        either = union_all(predicted, votes.outerjoin(Prediction, answer).where(decisive))
        return select(either.subquery().c.survivor_id)


def may_be_any(
    decisions: Iterable[TrackDecisions], emotions: Sequence[str], *, after: UUID | None = None
) -> ColumnElement[bool]:
    """`TrackDecisions.may_be` of several libraries."""
    return or_(false(), *(of_library.may_be(emotions, after=after) for of_library in decisions))


def any_emotion_condition(taxonomy: str, emotions: Sequence[str]) -> ColumnElement[bool]:
    """A condition on annotations that `Annotation.emotion_in` reads as one of `emotions` in `taxonomy`.

    Points on the valence-arousal plane are let through where quadrants are among them: their signs are read later.
    """
    conditions: list[ColumnElement[bool]] = []
    for name, words in TAXONOMIES.items():
        alike = [word for word in words.emotions if project_emotion(word, taxonomy=name, onto=taxonomy) in emotions]
        if alike:
            conditions.append((AnnotationRow.taxonomy == name) & AnnotationRow.emotion.in_(alike))
            if name == QUADRANT4.name:
                conditions.append(
                    and_(
                        AnnotationRow.emotion.is_(None),
                        AnnotationRow.valence.is_not(None),
                        AnnotationRow.arousal.is_not(None),
                    )
                )
    if taxonomy not in TAXONOMIES:
        conditions.append((AnnotationRow.taxonomy == taxonomy) & AnnotationRow.emotion.in_(emotions))
    return or_(false(), *conditions)


def _prediction_from_row(row: Prediction | PagePrediction, model: Model) -> StoredPrediction:
    return StoredPrediction(
        emotion=row.emotion,
        probability=max(row.probabilities, default=0.0),
        basis=PredictionBasis(row.basis),
        model_id=row.model_id,
        numbers=tuple(row.probabilities),
        is_starter=model.state == STARTER,
    )


def _select_predictions(answering: AnsweringModel, parts: PageParts) -> dict[UUID, StoredPrediction]:
    model = answering.model
    if model is None:
        return {}
    return {
        track_id: _prediction_from_row(row, model)
        for track_id, rows in parts.predictions.items()
        for row in rows
        if row.model_id == model.id
    }


class TrackDecisionRepository(BaseRepository):
    """All SQL on decisions."""

    def list_by_track(
        self,
        decisions: TrackDecisions,
        track_ids: Collection[UUID],
        *,
        annotations: Mapping[UUID, Sequence[Annotation]] | None = None,
        parts: PageParts | None = None,
        are_music: bool = False,
    ) -> dict[UUID, TrackDecision]:
        """The decision on each of the surviving tracks, which are of this library; their `annotations`, or all `parts`
        of a page, where known.

        `are_music`: the tracks were selected by `music_rule.is_music`.
        """
        repository = AnnotationRepository(self._session)
        if annotations is None and parts is not None:
            annotations = {track_id: parts.annotations[track_id] for track_id in track_ids}
        known = repository.list_by_track(track_ids) if annotations is None else annotations
        personal = decisions.answering.personal
        deciding = known if personal is None else personal.keep_own_by_track(known)
        consensus = decisions.resolver.resolve_labels(repository, deciding)
        if parts is None or personal is not None:
            predicted = self._list_predictions(decisions.answering, track_ids, labelled=consensus.keys())
        else:
            predicted = _select_predictions(decisions.answering, parts)
        kinds = {} if are_music else self.list_content_kinds(track_ids, annotations=known, parts=parts)
        return {
            track_id: TrackDecision(
                taxonomy=decisions.answering.taxonomy,
                consensus=consensus.get(track_id),
                predicted=predicted.get(track_id),
                content_kind=kinds.get(track_id),
            )
            for track_id in track_ids
        }

    def list_content_kinds(
        self,
        track_ids: Collection[UUID],
        *,
        annotations: Mapping[UUID, Sequence[Annotation]],
        parts: PageParts | None = None,
    ) -> dict[UUID, ContentKind]:
        """What is heard in those of the tracks that are no music; one that any of its `annotations` gives a mood is."""
        if parts is None:
            kinds = TaggerOutputRepository(self._session).list_content_kinds(track_ids)
        else:
            kinds = parts.content_kinds
        return {track_id: kind for track_id, kind in kinds.items() if not has_mood(annotations.get(track_id, ()))}

    def list_by_library(
        self, decisions: Mapping[bool, TrackDecisions], tracks: Sequence[Track], *, parts: PageParts | None = None
    ) -> dict[UUID, TrackDecision]:
        """The decision on each track, of whichever library it is. `decisions` go by `synthetic`; `parts` if known."""
        by_track: dict[UUID, TrackDecision] = {}
        for synthetic, of_library in decisions.items():
            ids = [track.id for track in tracks if track.synthetic == synthetic]
            by_track |= self.list_by_track(of_library, ids, parts=parts) if ids else {}
        return by_track

    def list_page(
        self,
        decisions: Mapping[bool, TrackDecisions],
        emotions: Sequence[str],
        *,
        after: UUID | None,
        limit: int,
        search: str | None = None,
        ids: Select[UUID] | None = None,
        but: Select[UUID] | None = None,
        missing: MissingWanted = MissingWanted.NO,
        conditions: Sequence[ColumnElement[bool]] = (),
    ) -> list[Track]:
        """The first `limit` tracks after `after` that are decided to be one of `emotions`, in the order in which they
        came.

        `search`, `ids`, `but`, `missing` and `conditions` as for `TrackRepository.list_page`.
        """
        page: list[Track] = []
        size = int(_MORE * limit) + 10
        while True:
            rule = may_be_any(decisions.values(), emotions, after=after)
            rows = TrackRepository(self._session).list_page(
                after=after,
                limit=size,
                search=search,
                ids=ids,
                but=but,
                rule=rule,
                missing=missing,
                conditions=conditions,
            )
            decided = self.list_by_library(decisions, rows)
            page += [track for track in rows if decided[track.id].decision.answer in emotions]
            if len(page) >= limit or len(rows) < size:
                return page[:limit]
            after = rows[-1].id

    def count_not_scored(self, answering: AnsweringModel) -> int:
        """Tracks that the answering model can read and has not answered yet. It does so by itself, soon."""
        return ScoreRepository(self._session).count_scorable(answering.model) if answering.model else 0

    def _list_predictions(
        self, answering: AnsweringModel, track_ids: Collection[UUID], *, labelled: Collection[UUID]
    ) -> dict[UUID, StoredPrediction]:
        """A person's predictions for the tracks that they `labelled` are in-sample: the head was fitted to them."""
        model, personal = answering.model, answering.personal
        if model is None:
            return {}
        given = {"track_ids": to_texts(track_ids), "model_id": model.id}
        rows = self._session.scalars(_PREDICTIONS_OF_TRACKS, given).all()
        head = personal.head if personal is not None else None
        if personal is None or personal.row is None or head is None or not rows:
            return {row.track_id: _prediction_from_row(row, model) for row in rows}
        components = PersonalHeadRepository(self._session).list_components(
            [row.track_id for row in rows], standard_id=personal.row.standard_id
        )
        numbers = head.predict_probabilities(np.array([row.probabilities for row in rows]), components)
        return {
            row.track_id: replace(
                _prediction_from_row(row, model),
                emotion=personal.find_emotion(of_track, model.card["classes"]),
                probability=max(of_track),
                basis=PredictionBasis.IN_SAMPLE if row.track_id in labelled else PredictionBasis(row.basis),
            )
            for row, of_track in zip(rows, numbers.tolist(), strict=True)
        }
