from typing import Literal

ReviewItemResponseReason = Literal["asked_again", "chance", "needed", "spread", "uncertain", "unlike"]

REVIEW_ITEM_RESPONSE_REASON_VALUES: set[ReviewItemResponseReason] = {
    "asked_again",
    "chance",
    "needed",
    "spread",
    "uncertain",
    "unlike",
}


def check_review_item_response_reason(value: str) -> ReviewItemResponseReason:
    if value in REVIEW_ITEM_RESPONSE_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REVIEW_ITEM_RESPONSE_REASON_VALUES!r}")
