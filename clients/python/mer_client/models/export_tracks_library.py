from typing import Literal

ExportTracksLibrary = Literal["real", "synthetic"]

EXPORT_TRACKS_LIBRARY_VALUES: set[ExportTracksLibrary] = {
    "real",
    "synthetic",
}


def check_export_tracks_library(value: str) -> ExportTracksLibrary:
    if value in EXPORT_TRACKS_LIBRARY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_TRACKS_LIBRARY_VALUES!r}")
