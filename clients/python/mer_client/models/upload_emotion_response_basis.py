from typing import Literal

UploadEmotionResponseBasis = Literal["held_out", "in_sample", "out_of_fold"]

UPLOAD_EMOTION_RESPONSE_BASIS_VALUES: set[UploadEmotionResponseBasis] = {
    "held_out",
    "in_sample",
    "out_of_fold",
}


def check_upload_emotion_response_basis(value: str) -> UploadEmotionResponseBasis:
    if value in UPLOAD_EMOTION_RESPONSE_BASIS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {UPLOAD_EMOTION_RESPONSE_BASIS_VALUES!r}")
