from typing import Literal

EmotionResponseDecidedByType0 = Literal["import", "model", "person", "playlist"]

EMOTION_RESPONSE_DECIDED_BY_TYPE_0_VALUES: set[EmotionResponseDecidedByType0] = {
    "import",
    "model",
    "person",
    "playlist",
}


def check_emotion_response_decided_by_type_0(value: str) -> EmotionResponseDecidedByType0:
    if value in EMOTION_RESPONSE_DECIDED_BY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EMOTION_RESPONSE_DECIDED_BY_TYPE_0_VALUES!r}")
