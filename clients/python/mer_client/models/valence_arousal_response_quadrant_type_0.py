from typing import Literal

ValenceArousalResponseQuadrantType0 = Literal["Q1", "Q2", "Q3", "Q4"]

VALENCE_AROUSAL_RESPONSE_QUADRANT_TYPE_0_VALUES: set[ValenceArousalResponseQuadrantType0] = {
    "Q1",
    "Q2",
    "Q3",
    "Q4",
}


def check_valence_arousal_response_quadrant_type_0(value: str) -> ValenceArousalResponseQuadrantType0:
    if value in VALENCE_AROUSAL_RESPONSE_QUADRANT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VALENCE_AROUSAL_RESPONSE_QUADRANT_TYPE_0_VALUES!r}")
