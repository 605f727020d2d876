from typing import Literal

GetTrackCurveSets = Literal["by_class", "marginal"]

GET_TRACK_CURVE_SETS_VALUES: set[GetTrackCurveSets] = {
    "by_class",
    "marginal",
}


def check_get_track_curve_sets(value: str) -> GetTrackCurveSets:
    if value in GET_TRACK_CURVE_SETS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_TRACK_CURVE_SETS_VALUES!r}")
