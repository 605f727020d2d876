"""Which candidates learn from the starter's rows beside the labelled tracks, and what their cards say of it."""

from collections.abc import Mapping
from typing import Any

from services.trainer.dataset.snapshot import TrainingSet
from services.trainer.dataset.starter_training import NO_STARTER_ROWS, StarterSelection
from services.trainer.fitting.fit_plan import ADDED_ROWS
from shared.domain.emotion import QUADRANT4
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.snapshot import SnapshotCounts
from shared.domain.training import TALK, TrainRequest

_KNOWS_NO_FEATURES = "majority"


def select_starter_rows(data: TrainingSet, request: TrainRequest, *, estimator: str, inputs: str) -> StarterSelection:
    """The starter's rows for a candidate on `inputs`.

    None for networks, for the estimator that reads nothing, and for random folds, which show the protocol of the talk.
    """
    if request.protocol == TALK or estimator == _KNOWS_NO_FEATURES:
        return NO_STARTER_ROWS
    if ESTIMATOR_SPECS[estimator].trains_network(inputs):
        return NO_STARTER_ROWS
    return data.select_starter_rows(inputs)


def count_learned_emotions(counts: SnapshotCounts, hyperparameters: Mapping[str, Any]) -> SnapshotCounts:
    """`counts` with 0 for the quadrants that a model knows from the starter's rows alone: it answers these as well."""
    if not hyperparameters.get(ADDED_ROWS, {}).get("weight"):
        return counts
    return {**counts, "by_emotion": dict.fromkeys(QUADRANT4.emotions, 0) | counts["by_emotion"]}


def list_starter_limits(selection: StarterSelection, hyperparameters: Mapping[str, Any]) -> tuple[str, ...]:
    """How many rows of the starter a model was fitted to, and how much they count; or why it was fitted to none."""
    if selection.refusal is not None:
        return (f"Not fitted to the starter's rows: {selection.refusal}.",)
    used = hyperparameters.get(ADDED_ROWS)
    if used is None:
        return ()
    if used["weight"] == 0:
        return (f"Not fitted to the starter's {used['n']} rows: on artists held out it predicted better without them.",)
    counted = "as much as" if used["weight"] == 1 else f"{used['weight']:g} of"
    sentences = (
        f"Fitted to {used['n']} rows of the starter as well; each counts {counted} a labelled track.",
        "No figure of this card is of them, and no count.",
        "They are derived from audio without a stated licence: personal and research use.",
    )
    return (" ".join(sentences),)
