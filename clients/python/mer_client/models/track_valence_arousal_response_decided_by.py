from typing import Literal

TrackValenceArousalResponseDecidedBy = Literal["import", "model", "person", "playlist"]

TRACK_VALENCE_AROUSAL_RESPONSE_DECIDED_BY_VALUES: set[TrackValenceArousalResponseDecidedBy] = {
    "import",
    "model",
    "person",
    "playlist",
}


def check_track_valence_arousal_response_decided_by(value: str) -> TrackValenceArousalResponseDecidedBy:
    if value in TRACK_VALENCE_AROUSAL_RESPONSE_DECIDED_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRACK_VALENCE_AROUSAL_RESPONSE_DECIDED_BY_VALUES!r}")
