from typing import Literal

ListTracksMissing = Literal["false", "include", "no", "only", "true"]

LIST_TRACKS_MISSING_VALUES: set[ListTracksMissing] = {
    "false",
    "include",
    "no",
    "only",
    "true",
}


def check_list_tracks_missing(value: str) -> ListTracksMissing:
    if value in LIST_TRACKS_MISSING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_TRACKS_MISSING_VALUES!r}")
