from typing import Literal

ExportTalkLibrary = Literal["real", "synthetic"]

EXPORT_TALK_LIBRARY_VALUES: set[ExportTalkLibrary] = {
    "real",
    "synthetic",
}


def check_export_talk_library(value: str) -> ExportTalkLibrary:
    if value in EXPORT_TALK_LIBRARY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_TALK_LIBRARY_VALUES!r}")
