from typing import Literal

UploadEmotionResponseReasonType0 = Literal["none_of_these", "out_of_domain"]

UPLOAD_EMOTION_RESPONSE_REASON_TYPE_0_VALUES: set[UploadEmotionResponseReasonType0] = {
    "none_of_these",
    "out_of_domain",
}


def check_upload_emotion_response_reason_type_0(value: str) -> UploadEmotionResponseReasonType0:
    if value in UPLOAD_EMOTION_RESPONSE_REASON_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {UPLOAD_EMOTION_RESPONSE_REASON_TYPE_0_VALUES!r}")
