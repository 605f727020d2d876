from typing import Literal

WatchedRootResponseMode = Literal["away", "events", "rescan"]

WATCHED_ROOT_RESPONSE_MODE_VALUES: set[WatchedRootResponseMode] = {
    "away",
    "events",
    "rescan",
}


def check_watched_root_response_mode(value: str) -> WatchedRootResponseMode:
    if value in WATCHED_ROOT_RESPONSE_MODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WATCHED_ROOT_RESPONSE_MODE_VALUES!r}")
