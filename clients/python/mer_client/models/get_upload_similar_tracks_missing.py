from typing import Literal

GetUploadSimilarTracksMissing = Literal["false", "include", "no", "only", "true"]

GET_UPLOAD_SIMILAR_TRACKS_MISSING_VALUES: set[GetUploadSimilarTracksMissing] = {
    "false",
    "include",
    "no",
    "only",
    "true",
}


def check_get_upload_similar_tracks_missing(value: str) -> GetUploadSimilarTracksMissing:
    if value in GET_UPLOAD_SIMILAR_TRACKS_MISSING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_UPLOAD_SIMILAR_TRACKS_MISSING_VALUES!r}")
