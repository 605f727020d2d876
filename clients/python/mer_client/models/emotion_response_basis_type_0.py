from typing import Literal

EmotionResponseBasisType0 = Literal["held_out", "in_sample", "out_of_fold"]

EMOTION_RESPONSE_BASIS_TYPE_0_VALUES: set[EmotionResponseBasisType0] = {
    "held_out",
    "in_sample",
    "out_of_fold",
}


def check_emotion_response_basis_type_0(value: str) -> EmotionResponseBasisType0:
    if value in EMOTION_RESPONSE_BASIS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EMOTION_RESPONSE_BASIS_TYPE_0_VALUES!r}")
