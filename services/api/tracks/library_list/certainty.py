"""How certain the answers of a list are: the model's prediction sets, and whether it is sure."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from services.api.tracks.schemas import TrackResponse
from services.api.tracks.service import ScoredOutput, compute_prediction_set, is_model_sure
from shared.metrics.prediction_sets import RequestedSets
from shared.store.tracks.decisions import TrackDecision, TrackDecisions


def add_certainty(
    responses: Iterable[TrackResponse],
    decided: Mapping[UUID, TrackDecision],
    decisions: Mapping[bool, TrackDecisions],
    *,
    coverage: float,
) -> None:
    """Fill `prediction_set` and `sure`, as `/tracks/<id>/emotion` says them. Null where a person's own labels change
    the answer, and where no music is heard.
    """
    wanted = RequestedSets(coverage=coverage)
    for response in responses:
        answering, predicted = decisions[response.synthetic].answering, decided[response.id].predicted
        is_shared = answering.personal is None or answering.personal.head is None
        if answering.model is None or predicted is None or not is_shared or response.content_kind is not None:
            continue
        numbers = list(predicted.numbers)
        response.prediction_set = compute_prediction_set(answering.model, numbers, wanted)
        response.sure = is_model_sure(answering.model, ScoredOutput(numbers, None, predicted.basis))
