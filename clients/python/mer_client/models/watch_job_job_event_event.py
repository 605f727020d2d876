from typing import Literal

WatchJobJobEventEvent = Literal["end", "job"]

WATCH_JOB_JOB_EVENT_EVENT_VALUES: set[WatchJobJobEventEvent] = {
    "end",
    "job",
}


def check_watch_job_job_event_event(value: str) -> WatchJobJobEventEvent:
    if value in WATCH_JOB_JOB_EVENT_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WATCH_JOB_JOB_EVENT_EVENT_VALUES!r}")
