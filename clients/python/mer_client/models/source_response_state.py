from typing import Literal

SourceResponseState = Literal["changed", "missing", "present"]

SOURCE_RESPONSE_STATE_VALUES: set[SourceResponseState] = {
    "changed",
    "missing",
    "present",
}


def check_source_response_state(value: str) -> SourceResponseState:
    if value in SOURCE_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SOURCE_RESPONSE_STATE_VALUES!r}")
