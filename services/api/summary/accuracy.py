"""How often the model that answers was right, as its card and this library's labels say."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from services.api.models.starter_record import StarterRecords
from services.api.schemas.track_record import LIBRARY, TRAINING_CLIPS
from services.api.summary.schemas import HELD_OUT, AnswerAccuracyResponse, ModelAccuracyResponse
from shared.arrays import Indices
from shared.domain.emotion import name_emotion
from shared.domain.model_card import CHANCE
from shared.store.repositories import Repositories
from shared.store.tables import Model


def describe_accuracy(
    repositories: Repositories, model: Model, records: StarterRecords
) -> ModelAccuracyResponse | None:
    """None for answers that were not measured: those that a starter derives from tags."""
    starter, metrics = model.card.get("starter"), model.metrics
    if "confusion" not in metrics or (starter is not None and starter["derived"]):
        return None
    library = records.measure_on_library(repositories, model) if starter is not None else None
    if library is not None:
        return _respond(model, library, measured_on=LIBRARY, figure=None)
    held_out = np.array(metrics["confusion"], dtype=np.intp)
    measured_on = HELD_OUT if starter is None else TRAINING_CLIPS
    return _respond(model, held_out, measured_on=measured_on, figure=metrics.get("accuracy"))


def _respond(
    model: Model, confusion: Indices, *, measured_on: str, figure: dict[str, float] | None
) -> ModelAccuracyResponse:
    """`confusion: (k, k)`: rows are targets, columns are answers."""
    classes: Sequence[str] = model.card["classes"]
    right, answered = int(np.trace(confusion)), int(confusion.sum())
    chance: Any = model.metrics.get(CHANCE, {}).get("accuracy", {})
    return ModelAccuracyResponse(
        measured_on=measured_on,
        right=right,
        answered=answered,
        accuracy=figure["value"] if figure else right / max(1, answered),
        low=figure["low"] if figure else None,
        high=figure["high"] if figure else None,
        chance=chance.get("value"),
        by_emotion=[
            AnswerAccuracyResponse(
                emotion=emotion,
                emotion_name=name_emotion(model.taxonomy, emotion),
                right=int(confusion[column, column]),
                answered=int(confusion[:, column].sum()),
            )
            for column, emotion in enumerate(classes)
        ],
    )
