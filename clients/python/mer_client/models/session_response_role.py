from typing import Literal

SessionResponseRole = Literal["label", "operate", "read"]

SESSION_RESPONSE_ROLE_VALUES: set[SessionResponseRole] = {
    "label",
    "operate",
    "read",
}


def check_session_response_role(value: str) -> SessionResponseRole:
    if value in SESSION_RESPONSE_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SESSION_RESPONSE_ROLE_VALUES!r}")
