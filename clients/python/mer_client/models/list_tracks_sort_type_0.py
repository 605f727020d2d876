from typing import Literal

ListTracksSortType0 = Literal[
    "-added", "-artist", "-certainty", "-duration", "-title", "added", "artist", "certainty", "duration", "title"
]

LIST_TRACKS_SORT_TYPE_0_VALUES: set[ListTracksSortType0] = {
    "-added",
    "-artist",
    "-certainty",
    "-duration",
    "-title",
    "added",
    "artist",
    "certainty",
    "duration",
    "title",
}


def check_list_tracks_sort_type_0(value: str) -> ListTracksSortType0:
    if value in LIST_TRACKS_SORT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_TRACKS_SORT_TYPE_0_VALUES!r}")
