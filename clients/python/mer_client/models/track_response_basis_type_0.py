from typing import Literal

TrackResponseBasisType0 = Literal["held_out", "in_sample", "out_of_fold"]

TRACK_RESPONSE_BASIS_TYPE_0_VALUES: set[TrackResponseBasisType0] = {
    "held_out",
    "in_sample",
    "out_of_fold",
}


def check_track_response_basis_type_0(value: str) -> TrackResponseBasisType0:
    if value in TRACK_RESPONSE_BASIS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRACK_RESPONSE_BASIS_TYPE_0_VALUES!r}")
