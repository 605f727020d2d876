from typing import Literal

StartTrainingRequestLibrary = Literal["real", "synthetic"]

START_TRAINING_REQUEST_LIBRARY_VALUES: set[StartTrainingRequestLibrary] = {
    "real",
    "synthetic",
}


def check_start_training_request_library(value: str) -> StartTrainingRequestLibrary:
    if value in START_TRAINING_REQUEST_LIBRARY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_TRAINING_REQUEST_LIBRARY_VALUES!r}")
