from typing import Literal

SimilarTrackResponseBasisType0 = Literal["held_out", "in_sample", "out_of_fold"]

SIMILAR_TRACK_RESPONSE_BASIS_TYPE_0_VALUES: set[SimilarTrackResponseBasisType0] = {
    "held_out",
    "in_sample",
    "out_of_fold",
}


def check_similar_track_response_basis_type_0(value: str) -> SimilarTrackResponseBasisType0:
    if value in SIMILAR_TRACK_RESPONSE_BASIS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SIMILAR_TRACK_RESPONSE_BASIS_TYPE_0_VALUES!r}")
