from typing import Literal

FeatureStateResponseState = Literal["absent", "failed", "ready"]

FEATURE_STATE_RESPONSE_STATE_VALUES: set[FeatureStateResponseState] = {
    "absent",
    "failed",
    "ready",
}


def check_feature_state_response_state(value: str) -> FeatureStateResponseState:
    if value in FEATURE_STATE_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FEATURE_STATE_RESPONSE_STATE_VALUES!r}")
