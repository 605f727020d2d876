from typing import Literal

ListSimilarTracksMissing = Literal["false", "include", "no", "only", "true"]

LIST_SIMILAR_TRACKS_MISSING_VALUES: set[ListSimilarTracksMissing] = {
    "false",
    "include",
    "no",
    "only",
    "true",
}


def check_list_similar_tracks_missing(value: str) -> ListSimilarTracksMissing:
    if value in LIST_SIMILAR_TRACKS_MISSING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_SIMILAR_TRACKS_MISSING_VALUES!r}")
