from typing import Literal

TrackResponseDecidedByType0 = Literal["import", "model", "person", "playlist"]

TRACK_RESPONSE_DECIDED_BY_TYPE_0_VALUES: set[TrackResponseDecidedByType0] = {
    "import",
    "model",
    "person",
    "playlist",
}


def check_track_response_decided_by_type_0(value: str) -> TrackResponseDecidedByType0:
    if value in TRACK_RESPONSE_DECIDED_BY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRACK_RESPONSE_DECIDED_BY_TYPE_0_VALUES!r}")
