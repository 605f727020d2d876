from typing import Literal

TrackFeaturesResponseState = Literal["absent", "failed", "ready"]

TRACK_FEATURES_RESPONSE_STATE_VALUES: set[TrackFeaturesResponseState] = {
    "absent",
    "failed",
    "ready",
}


def check_track_features_response_state(value: str) -> TrackFeaturesResponseState:
    if value in TRACK_FEATURES_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRACK_FEATURES_RESPONSE_STATE_VALUES!r}")
