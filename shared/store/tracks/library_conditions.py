"""Conditions on surviving tracks that a list of the library may ask for."""

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from shared.domain.annotation import AnnotatorKind
from shared.domain.prediction import PredictionBasis
from shared.store.tables import AnnotationRow, AnnotatorRow, Model, Prediction, Track
from shared.store.tracks.decisions import TrackDecisions
from shared.store.tracks.standing_annotations import is_standing


def is_by_artist(artist: str) -> ColumnElement[bool]:
    """The artist is called so; case and accents make no difference."""
    return Track.artist_key == func.mer_sort_key(artist)


def is_of_years(first: int | None, last: int | None) -> ColumnElement[bool]:
    """The year that the tags of the file say is one of these, both included."""
    bounds = [Track.year >= first] if first is not None else []
    return and_(*bounds, *([Track.year <= last] if last is not None else []))


def is_labelled_by(person: str) -> ColumnElement[bool]:
    """Whether this person annotated it, and did not withdraw that."""
    member = aliased(Track)
    annotated = (
        select(member.survivor_id)
        .join(AnnotationRow, AnnotationRow.track_id == member.id)
        .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
        .where(AnnotatorRow.kind == AnnotatorKind.PERSON, AnnotatorRow.name == person, is_standing())
    )
    return Track.id.in_(annotated)


def has_sure_answer(decisions: Iterable[TrackDecisions], *, sure: bool) -> ColumnElement[bool]:
    """The answering model is sure of its answer (`metrics.selective_prediction`), or is not. Nothing is said of answers
    of models without such thresholds, and of in-sample ones.
    """
    return or_(false(), *(rule for of_library in decisions for rule in _list_sure_rules(of_library, sure=sure)))


def _list_sure_rules(decisions: TrackDecisions, *, sure: bool) -> Iterator[ColumnElement[bool]]:
    model = decisions.answering.model
    thresholds = model.metrics.get("conformal", {}).get("sure") if model is not None else None
    if model is None or thresholds is None:
        return
    is_sure = or_(false(), *_compare_answers(model, thresholds["thresholds"]))
    answered = exists().where(
        Prediction.track_id == Track.id,
        Prediction.model_id == model.id,
        Prediction.basis != PredictionBasis.IN_SAMPLE,
        is_sure if sure else ~is_sure,
    )
    yield and_(Track.synthetic == decisions.synthetic, answered.correlate(Track))


def _compare_answers(model: Model, thresholds: dict[str, float | None]) -> Iterator[ColumnElement[bool]]:
    """The likeliest class is named by its place in the array: an answer may be none of the classes."""
    for k, name in enumerate(model.card["classes"]):
        limit = thresholds.get(name)
        if limit is not None:
            yield and_(Prediction.probabilities[k + 1] == Prediction.highest, Prediction.highest >= limit)
