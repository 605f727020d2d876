from typing import Literal

TrackTagsResponseBasisType0 = Literal["held_out", "in_sample", "out_of_fold"]

TRACK_TAGS_RESPONSE_BASIS_TYPE_0_VALUES: set[TrackTagsResponseBasisType0] = {
    "held_out",
    "in_sample",
    "out_of_fold",
}


def check_track_tags_response_basis_type_0(value: str) -> TrackTagsResponseBasisType0:
    if value in TRACK_TAGS_RESPONSE_BASIS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRACK_TAGS_RESPONSE_BASIS_TYPE_0_VALUES!r}")
