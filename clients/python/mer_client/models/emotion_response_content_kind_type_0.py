from typing import Literal

EmotionResponseContentKindType0 = Literal["applause", "noise", "other", "speech"]

EMOTION_RESPONSE_CONTENT_KIND_TYPE_0_VALUES: set[EmotionResponseContentKindType0] = {
    "applause",
    "noise",
    "other",
    "speech",
}


def check_emotion_response_content_kind_type_0(value: str) -> EmotionResponseContentKindType0:
    if value in EMOTION_RESPONSE_CONTENT_KIND_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EMOTION_RESPONSE_CONTENT_KIND_TYPE_0_VALUES!r}")
