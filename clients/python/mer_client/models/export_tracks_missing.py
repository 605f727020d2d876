from typing import Literal

ExportTracksMissing = Literal["false", "include", "no", "only", "true"]

EXPORT_TRACKS_MISSING_VALUES: set[ExportTracksMissing] = {
    "false",
    "include",
    "no",
    "only",
    "true",
}


def check_export_tracks_missing(value: str) -> ExportTracksMissing:
    if value in EXPORT_TRACKS_MISSING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_TRACKS_MISSING_VALUES!r}")
