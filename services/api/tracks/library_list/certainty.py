"""How certain the answers of a list are: the model's prediction sets, whether it is sure, and that in words."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from services.api.deps import ApiPorts
from services.api.summary.accuracy import describe_accuracy
from services.api.tracks.schemas import TrackResponse
from services.api.tracks.service import ScoredOutput, compute_prediction_set, is_model_sure
from services.api.wording.library_words import count_in_ten
from services.api.wording.list_words import describe_certainty
from shared.metrics.prediction_sets import RequestedSets
from shared.store.repositories import Repositories
from shared.store.tracks.decisions import AnsweringModel, TrackDecision, TrackDecisions


def add_certainty(
    ports: ApiPorts,
    repositories: Repositories,
    responses: Iterable[TrackResponse],
    decided: Mapping[UUID, TrackDecision],
    decisions: Mapping[bool, TrackDecisions],
) -> None:
    """Fill `prediction_set` and `sure`, as `/tracks/<id>/emotion` says them, and `certainty`. Of the model nothing is
    said where a person's own labels change its answer, and where no music is heard.
    """
    wanted = RequestedSets(coverage=ports.settings.coverage)
    in_ten: dict[bool, dict[str, int | None]] = {}
    for response in responses:
        answering, of_track = decisions[response.synthetic].answering, decided[response.id]
        predicted, is_shared = of_track.predicted, answering.personal is None or answering.personal.head is None
        if answering.model is not None and predicted and is_shared and response.content_kind is None:
            numbers = list(predicted.numbers)
            response.prediction_set = compute_prediction_set(answering.model, numbers, wanted)
            response.sure = is_model_sure(answering.model, ScoredOutput(numbers, None, predicted.basis))
            if response.synthetic not in in_ten:
                in_ten[response.synthetic] = _count_right_answers(ports, repositories, answering)
        response.certainty = describe_certainty(
            response.emotion,
            decided_by=response.decided_by,
            annotator=of_track.annotator,
            prediction_set=response.prediction_set,
            in_ten=in_ten.get(response.synthetic, {}),
        )


def _count_right_answers(
    ports: ApiPorts, repositories: Repositories, answering: AnsweringModel
) -> dict[str, int | None]:
    """Of ten answers of each emotion, so many were right; None where too few were judged."""
    if answering.model is None:
        return {}
    accuracy = describe_accuracy(repositories, answering.model, ports.starter_records)
    return {row.emotion: count_in_ten(row.right, row.answered) for row in accuracy.by_emotion} if accuracy else {}
