from typing import Literal

UploadEmotionResponseContentKindType0 = Literal["applause", "noise", "other", "speech"]

UPLOAD_EMOTION_RESPONSE_CONTENT_KIND_TYPE_0_VALUES: set[UploadEmotionResponseContentKindType0] = {
    "applause",
    "noise",
    "other",
    "speech",
}


def check_upload_emotion_response_content_kind_type_0(value: str) -> UploadEmotionResponseContentKindType0:
    if value in UPLOAD_EMOTION_RESPONSE_CONTENT_KIND_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {UPLOAD_EMOTION_RESPONSE_CONTENT_KIND_TYPE_0_VALUES!r}"
    )
