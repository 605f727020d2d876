from typing import Literal

StartTrainingRequestHead = Literal["classes", "dimensions", "tags"]

START_TRAINING_REQUEST_HEAD_VALUES: set[StartTrainingRequestHead] = {
    "classes",
    "dimensions",
    "tags",
}


def check_start_training_request_head(value: str) -> StartTrainingRequestHead:
    if value in START_TRAINING_REQUEST_HEAD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_TRAINING_REQUEST_HEAD_VALUES!r}")
