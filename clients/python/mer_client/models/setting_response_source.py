from typing import Literal

SettingResponseSource = Literal["default", "environment", "stored"]

SETTING_RESPONSE_SOURCE_VALUES: set[SettingResponseSource] = {
    "default",
    "environment",
    "stored",
}


def check_setting_response_source(value: str) -> SettingResponseSource:
    if value in SETTING_RESPONSE_SOURCE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SETTING_RESPONSE_SOURCE_VALUES!r}")
