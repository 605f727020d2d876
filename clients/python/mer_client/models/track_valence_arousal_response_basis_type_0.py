from typing import Literal

TrackValenceArousalResponseBasisType0 = Literal["held_out", "in_sample", "out_of_fold"]

TRACK_VALENCE_AROUSAL_RESPONSE_BASIS_TYPE_0_VALUES: set[TrackValenceArousalResponseBasisType0] = {
    "held_out",
    "in_sample",
    "out_of_fold",
}


def check_track_valence_arousal_response_basis_type_0(value: str) -> TrackValenceArousalResponseBasisType0:
    if value in TRACK_VALENCE_AROUSAL_RESPONSE_BASIS_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TRACK_VALENCE_AROUSAL_RESPONSE_BASIS_TYPE_0_VALUES!r}"
    )
