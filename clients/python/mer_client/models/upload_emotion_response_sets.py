from typing import Literal

UploadEmotionResponseSets = Literal["by_class", "marginal"]

UPLOAD_EMOTION_RESPONSE_SETS_VALUES: set[UploadEmotionResponseSets] = {
    "by_class",
    "marginal",
}


def check_upload_emotion_response_sets(value: str) -> UploadEmotionResponseSets:
    if value in UPLOAD_EMOTION_RESPONSE_SETS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {UPLOAD_EMOTION_RESPONSE_SETS_VALUES!r}")
