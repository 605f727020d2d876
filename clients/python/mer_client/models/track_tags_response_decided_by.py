from typing import Literal

TrackTagsResponseDecidedBy = Literal["import", "model", "person", "playlist"]

TRACK_TAGS_RESPONSE_DECIDED_BY_VALUES: set[TrackTagsResponseDecidedBy] = {
    "import",
    "model",
    "person",
    "playlist",
}


def check_track_tags_response_decided_by(value: str) -> TrackTagsResponseDecidedBy:
    if value in TRACK_TAGS_RESPONSE_DECIDED_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRACK_TAGS_RESPONSE_DECIDED_BY_VALUES!r}")
