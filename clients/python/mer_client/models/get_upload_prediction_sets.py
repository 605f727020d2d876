from typing import Literal

GetUploadPredictionSets = Literal["by_class", "marginal"]

GET_UPLOAD_PREDICTION_SETS_VALUES: set[GetUploadPredictionSets] = {
    "by_class",
    "marginal",
}


def check_get_upload_prediction_sets(value: str) -> GetUploadPredictionSets:
    if value in GET_UPLOAD_PREDICTION_SETS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_UPLOAD_PREDICTION_SETS_VALUES!r}")
