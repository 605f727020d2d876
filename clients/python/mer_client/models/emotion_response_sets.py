from typing import Literal

EmotionResponseSets = Literal["by_class", "marginal"]

EMOTION_RESPONSE_SETS_VALUES: set[EmotionResponseSets] = {
    "by_class",
    "marginal",
}


def check_emotion_response_sets(value: str) -> EmotionResponseSets:
    if value in EMOTION_RESPONSE_SETS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EMOTION_RESPONSE_SETS_VALUES!r}")
