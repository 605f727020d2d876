from typing import Literal

JobResponseState = Literal["cancelled", "done", "failed", "queued", "running"]

JOB_RESPONSE_STATE_VALUES: set[JobResponseState] = {
    "cancelled",
    "done",
    "failed",
    "queued",
    "running",
}


def check_job_response_state(value: str) -> JobResponseState:
    if value in JOB_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_RESPONSE_STATE_VALUES!r}")
