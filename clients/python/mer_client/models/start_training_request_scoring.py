from typing import Literal

StartTrainingRequestScoring = Literal["macro_f1", "weighted_f1"]

START_TRAINING_REQUEST_SCORING_VALUES: set[StartTrainingRequestScoring] = {
    "macro_f1",
    "weighted_f1",
}


def check_start_training_request_scoring(value: str) -> StartTrainingRequestScoring:
    if value in START_TRAINING_REQUEST_SCORING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_TRAINING_REQUEST_SCORING_VALUES!r}")
