from typing import Literal

PendingResponseState = Literal["done", "failed", "queued", "running", "skipped"]

PENDING_RESPONSE_STATE_VALUES: set[PendingResponseState] = {
    "done",
    "failed",
    "queued",
    "running",
    "skipped",
}


def check_pending_response_state(value: str) -> PendingResponseState:
    if value in PENDING_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PENDING_RESPONSE_STATE_VALUES!r}")
