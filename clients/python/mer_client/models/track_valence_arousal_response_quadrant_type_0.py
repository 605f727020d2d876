from typing import Literal

TrackValenceArousalResponseQuadrantType0 = Literal["Q1", "Q2", "Q3", "Q4"]

TRACK_VALENCE_AROUSAL_RESPONSE_QUADRANT_TYPE_0_VALUES: set[TrackValenceArousalResponseQuadrantType0] = {
    "Q1",
    "Q2",
    "Q3",
    "Q4",
}


def check_track_valence_arousal_response_quadrant_type_0(value: str) -> TrackValenceArousalResponseQuadrantType0:
    if value in TRACK_VALENCE_AROUSAL_RESPONSE_QUADRANT_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TRACK_VALENCE_AROUSAL_RESPONSE_QUADRANT_TYPE_0_VALUES!r}"
    )
