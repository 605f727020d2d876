from typing import Literal

SettingsBodyWatchType1 = Literal["off", "on"]

SETTINGS_BODY_WATCH_TYPE_1_VALUES: set[SettingsBodyWatchType1] = {
    "off",
    "on",
}


def check_settings_body_watch_type_1(value: str) -> SettingsBodyWatchType1:
    if value in SETTINGS_BODY_WATCH_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SETTINGS_BODY_WATCH_TYPE_1_VALUES!r}")
