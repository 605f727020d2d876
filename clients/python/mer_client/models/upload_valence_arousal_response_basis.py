from typing import Literal

UploadValenceArousalResponseBasis = Literal["held_out", "in_sample", "out_of_fold"]

UPLOAD_VALENCE_AROUSAL_RESPONSE_BASIS_VALUES: set[UploadValenceArousalResponseBasis] = {
    "held_out",
    "in_sample",
    "out_of_fold",
}


def check_upload_valence_arousal_response_basis(value: str) -> UploadValenceArousalResponseBasis:
    if value in UPLOAD_VALENCE_AROUSAL_RESPONSE_BASIS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {UPLOAD_VALENCE_AROUSAL_RESPONSE_BASIS_VALUES!r}")
