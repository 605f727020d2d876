from typing import Literal

StartTrainingRequestThresholds = Literal["macro_f1", "none"]

START_TRAINING_REQUEST_THRESHOLDS_VALUES: set[StartTrainingRequestThresholds] = {
    "macro_f1",
    "none",
}


def check_start_training_request_thresholds(value: str) -> StartTrainingRequestThresholds:
    if value in START_TRAINING_REQUEST_THRESHOLDS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_TRAINING_REQUEST_THRESHOLDS_VALUES!r}")
