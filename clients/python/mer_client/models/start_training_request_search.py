from typing import Literal

StartTrainingRequestSearch = Literal["grid", "halving", "none", "random"]

START_TRAINING_REQUEST_SEARCH_VALUES: set[StartTrainingRequestSearch] = {
    "grid",
    "halving",
    "none",
    "random",
}


def check_start_training_request_search(value: str) -> StartTrainingRequestSearch:
    if value in START_TRAINING_REQUEST_SEARCH_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_TRAINING_REQUEST_SEARCH_VALUES!r}")
