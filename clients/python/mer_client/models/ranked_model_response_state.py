from typing import Literal

RankedModelResponseState = Literal["candidate", "champion", "retired", "starter"]

RANKED_MODEL_RESPONSE_STATE_VALUES: set[RankedModelResponseState] = {
    "candidate",
    "champion",
    "retired",
    "starter",
}


def check_ranked_model_response_state(value: str) -> RankedModelResponseState:
    if value in RANKED_MODEL_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RANKED_MODEL_RESPONSE_STATE_VALUES!r}")
