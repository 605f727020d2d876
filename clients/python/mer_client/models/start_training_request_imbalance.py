from typing import Literal

StartTrainingRequestImbalance = Literal[
    "adasyn", "borderline_smote", "none", "oversample", "smote", "smote_tomek", "soft_weights", "weights"
]

START_TRAINING_REQUEST_IMBALANCE_VALUES: set[StartTrainingRequestImbalance] = {
    "adasyn",
    "borderline_smote",
    "none",
    "oversample",
    "smote",
    "smote_tomek",
    "soft_weights",
    "weights",
}


def check_start_training_request_imbalance(value: str) -> StartTrainingRequestImbalance:
    if value in START_TRAINING_REQUEST_IMBALANCE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_TRAINING_REQUEST_IMBALANCE_VALUES!r}")
