from typing import Literal

PromotionResponseState = Literal["candidate", "champion", "retired", "starter"]

PROMOTION_RESPONSE_STATE_VALUES: set[PromotionResponseState] = {
    "candidate",
    "champion",
    "retired",
    "starter",
}


def check_promotion_response_state(value: str) -> PromotionResponseState:
    if value in PROMOTION_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PROMOTION_RESPONSE_STATE_VALUES!r}")
