from typing import Literal

GetTrackEmotionSets = Literal["by_class", "marginal"]

GET_TRACK_EMOTION_SETS_VALUES: set[GetTrackEmotionSets] = {
    "by_class",
    "marginal",
}


def check_get_track_emotion_sets(value: str) -> GetTrackEmotionSets:
    if value in GET_TRACK_EMOTION_SETS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_TRACK_EMOTION_SETS_VALUES!r}")
