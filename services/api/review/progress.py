"""What a person's labels of drawn tracks say of the model, before and after it learned from them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.deps import ApiPorts
from services.api.review.pool import ReviewContext, find_review_context
from services.api.review.schemas import (
    AnswerFiguresResponse,
    IntervalResponse,
    OwnAgreementResponse,
    ReviewComparisonResponse,
    ReviewProgressResponse,
)
from services.api.schemas.model import ModelReference
from services.api.tracks.service import find_top_emotion
from shared.domain.prediction import PredictionBasis
from shared.domain.review import compute_draw_weight
from shared.metrics.artist_means import wilson_interval
from shared.review.progress import ReviewedTrack, measure_progress
from shared.store.repositories import Repositories
from shared.store.tracks.review_draws import StoredDraw

_NO_EMOTION = ""
"""As an answer: mer gave the track none, which is wrong where a person gives it one."""


def report_progress(ports: ApiPorts, annotator: str | None, taxonomy: str | None) -> ReviewProgressResponse:
    """Counts, and figures from 30 labels on."""
    context = find_review_context(ports, annotator, taxonomy)
    with ports.store.read() as repositories:
        draws = repositories.review_draws.list_draws(context.annotator, context.taxonomy)
        first = [stored for stored in draws if not stored.draw.asked_again]
        labelled = [stored for stored in first if stored.draw.label is not None]
        after = _list_after(repositories, context, [stored.survivor_id for stored in labelled])
    figures = measure_progress(list_reviewed(labelled, context, after))
    return ReviewProgressResponse(
        annotator=context.annotator.name,
        taxonomy=context.taxonomy,
        model=ModelReference.from_row(context.model) if context.model else None,
        n_drawn=len(first),
        n_labelled=len(labelled),
        n_before=figures.n_before,
        n_after=figures.n_after,
        before=AnswerFiguresResponse.from_figures(figures.before) if figures.before else None,
        comparison=ReviewComparisonResponse.from_comparison(figures.comparison) if figures.comparison else None,
        own_agreement=_measure_own_agreement([stored for stored in draws if stored.draw.asked_again]),
    )


def list_reviewed(
    labelled: Sequence[StoredDraw], context: ReviewContext, after: Mapping[UUID, str]
) -> list[ReviewedTrack]:
    """The labelled draws of which a model's answer was kept that did not rest on the track's own label, each recording
    once; the present model's answer beside it, unless it is the same model that answered then.
    """
    reviewed = {}
    for stored in labelled:
        draw, track_id = stored.draw, stored.survivor_id
        if draw.probabilities is None or draw.basis == PredictionBasis.IN_SAMPLE or track_id not in context.votes:
            continue
        is_same_model = context.model is not None and draw.model_id == context.model.id
        reviewed[track_id] = ReviewedTrack(
            label=context.votes[track_id].emotion,
            before=draw.predicted or _NO_EMOTION,
            after=None if is_same_model else after.get(track_id),
            weight=compute_draw_weight(draw.probability, draw.n_tracks),
            artist_group=stored.artist_group,
        )
    return list(reviewed.values())


def _list_after(repositories: Repositories, context: ReviewContext, track_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What the present model says out of fold of those of the tracks that it was trained on."""
    model = context.model
    if model is None:
        return {}
    stored = repositories.training_predictions(model).list_by_track(track_ids)
    return {
        track_id: find_top_emotion(model, prediction.probabilities) or _NO_EMOTION
        for track_id, prediction in stored.items()
        if prediction.probabilities is not None
    }


def _measure_own_agreement(asked: Sequence[StoredDraw]) -> OwnAgreementResponse:
    labelled = [stored.draw for stored in asked if stored.draw.label is not None]
    n_agreed = sum(draw.label == draw.earlier_label for draw in labelled)
    share = wilson_interval(n_agreed / len(labelled), len(labelled)) if labelled else None
    return OwnAgreementResponse(
        n_asked=len(asked),
        n_labelled=len(labelled),
        n_agreed=n_agreed,
        share=IntervalResponse.from_interval(share) if share else None,
    )
