from typing import Literal

TrackTagResponseOrigin = Literal["import", "person", "playlist", "tagger"]

TRACK_TAG_RESPONSE_ORIGIN_VALUES: set[TrackTagResponseOrigin] = {
    "import",
    "person",
    "playlist",
    "tagger",
}


def check_track_tag_response_origin(value: str) -> TrackTagResponseOrigin:
    if value in TRACK_TAG_RESPONSE_ORIGIN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRACK_TAG_RESPONSE_ORIGIN_VALUES!r}")
