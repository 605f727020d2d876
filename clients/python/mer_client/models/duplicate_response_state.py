from typing import Literal

DuplicateResponseState = Literal["dismissed", "merged", "open"]

DUPLICATE_RESPONSE_STATE_VALUES: set[DuplicateResponseState] = {
    "dismissed",
    "merged",
    "open",
}


def check_duplicate_response_state(value: str) -> DuplicateResponseState:
    if value in DUPLICATE_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DUPLICATE_RESPONSE_STATE_VALUES!r}")
