from typing import Literal

SimilarTrackResponseDecidedByType0 = Literal["import", "model", "person", "playlist"]

SIMILAR_TRACK_RESPONSE_DECIDED_BY_TYPE_0_VALUES: set[SimilarTrackResponseDecidedByType0] = {
    "import",
    "model",
    "person",
    "playlist",
}


def check_similar_track_response_decided_by_type_0(value: str) -> SimilarTrackResponseDecidedByType0:
    if value in SIMILAR_TRACK_RESPONSE_DECIDED_BY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SIMILAR_TRACK_RESPONSE_DECIDED_BY_TYPE_0_VALUES!r}")
