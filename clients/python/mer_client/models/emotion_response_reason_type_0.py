from typing import Literal

EmotionResponseReasonType0 = Literal["none_of_these", "out_of_domain"]

EMOTION_RESPONSE_REASON_TYPE_0_VALUES: set[EmotionResponseReasonType0] = {
    "none_of_these",
    "out_of_domain",
}


def check_emotion_response_reason_type_0(value: str) -> EmotionResponseReasonType0:
    if value in EMOTION_RESPONSE_REASON_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EMOTION_RESPONSE_REASON_TYPE_0_VALUES!r}")
