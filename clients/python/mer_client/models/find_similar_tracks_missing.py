from typing import Literal

FindSimilarTracksMissing = Literal["false", "include", "no", "only", "true"]

FIND_SIMILAR_TRACKS_MISSING_VALUES: set[FindSimilarTracksMissing] = {
    "false",
    "include",
    "no",
    "only",
    "true",
}


def check_find_similar_tracks_missing(value: str) -> FindSimilarTracksMissing:
    if value in FIND_SIMILAR_TRACKS_MISSING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FIND_SIMILAR_TRACKS_MISSING_VALUES!r}")
