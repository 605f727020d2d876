from typing import Literal

SessionResponseAccess = Literal["keyed", "open"]

SESSION_RESPONSE_ACCESS_VALUES: set[SessionResponseAccess] = {
    "keyed",
    "open",
}


def check_session_response_access(value: str) -> SessionResponseAccess:
    if value in SESSION_RESPONSE_ACCESS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SESSION_RESPONSE_ACCESS_VALUES!r}")
