from typing import Literal

CurveHeadResponseValenceArousalFromType0 = Literal["model", "quadrants"]

CURVE_HEAD_RESPONSE_VALENCE_AROUSAL_FROM_TYPE_0_VALUES: set[CurveHeadResponseValenceArousalFromType0] = {
    "model",
    "quadrants",
}


def check_curve_head_response_valence_arousal_from_type_0(value: str) -> CurveHeadResponseValenceArousalFromType0:
    if value in CURVE_HEAD_RESPONSE_VALENCE_AROUSAL_FROM_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CURVE_HEAD_RESPONSE_VALENCE_AROUSAL_FROM_TYPE_0_VALUES!r}"
    )
