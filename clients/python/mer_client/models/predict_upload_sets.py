from typing import Literal

PredictUploadSets = Literal["by_class", "marginal"]

PREDICT_UPLOAD_SETS_VALUES: set[PredictUploadSets] = {
    "by_class",
    "marginal",
}


def check_predict_upload_sets(value: str) -> PredictUploadSets:
    if value in PREDICT_UPLOAD_SETS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PREDICT_UPLOAD_SETS_VALUES!r}")
