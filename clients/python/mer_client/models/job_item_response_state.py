from typing import Literal

JobItemResponseState = Literal["done", "failed", "queued", "running", "skipped"]

JOB_ITEM_RESPONSE_STATE_VALUES: set[JobItemResponseState] = {
    "done",
    "failed",
    "queued",
    "running",
    "skipped",
}


def check_job_item_response_state(value: str) -> JobItemResponseState:
    if value in JOB_ITEM_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_ITEM_RESPONSE_STATE_VALUES!r}")
