from typing import Literal

ModelResponseState = Literal["candidate", "champion", "retired", "starter"]

MODEL_RESPONSE_STATE_VALUES: set[ModelResponseState] = {
    "candidate",
    "champion",
    "retired",
    "starter",
}


def check_model_response_state(value: str) -> ModelResponseState:
    if value in MODEL_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MODEL_RESPONSE_STATE_VALUES!r}")
