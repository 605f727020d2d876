from typing import Literal

TrackResponseContentKindType0 = Literal["applause", "noise", "other", "speech"]

TRACK_RESPONSE_CONTENT_KIND_TYPE_0_VALUES: set[TrackResponseContentKindType0] = {
    "applause",
    "noise",
    "other",
    "speech",
}


def check_track_response_content_kind_type_0(value: str) -> TrackResponseContentKindType0:
    if value in TRACK_RESPONSE_CONTENT_KIND_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRACK_RESPONSE_CONTENT_KIND_TYPE_0_VALUES!r}")
