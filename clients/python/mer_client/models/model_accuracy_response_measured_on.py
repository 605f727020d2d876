from typing import Literal

ModelAccuracyResponseMeasuredOn = Literal["held_out", "library", "training_clips"]

MODEL_ACCURACY_RESPONSE_MEASURED_ON_VALUES: set[ModelAccuracyResponseMeasuredOn] = {
    "held_out",
    "library",
    "training_clips",
}


def check_model_accuracy_response_measured_on(value: str) -> ModelAccuracyResponseMeasuredOn:
    if value in MODEL_ACCURACY_RESPONSE_MEASURED_ON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MODEL_ACCURACY_RESPONSE_MEASURED_ON_VALUES!r}")
