from typing import Literal

UploadValenceArousalResponseQuadrantType0 = Literal["Q1", "Q2", "Q3", "Q4"]

UPLOAD_VALENCE_AROUSAL_RESPONSE_QUADRANT_TYPE_0_VALUES: set[UploadValenceArousalResponseQuadrantType0] = {
    "Q1",
    "Q2",
    "Q3",
    "Q4",
}


def check_upload_valence_arousal_response_quadrant_type_0(value: str) -> UploadValenceArousalResponseQuadrantType0:
    if value in UPLOAD_VALENCE_AROUSAL_RESPONSE_QUADRANT_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {UPLOAD_VALENCE_AROUSAL_RESPONSE_QUADRANT_TYPE_0_VALUES!r}"
    )
