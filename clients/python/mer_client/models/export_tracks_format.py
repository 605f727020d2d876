from typing import Literal

ExportTracksFormat = Literal["csv", "jsonl", "m3u", "parquet", "xspf"]

EXPORT_TRACKS_FORMAT_VALUES: set[ExportTracksFormat] = {
    "csv",
    "jsonl",
    "m3u",
    "parquet",
    "xspf",
}


def check_export_tracks_format(value: str) -> ExportTracksFormat:
    if value in EXPORT_TRACKS_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_TRACKS_FORMAT_VALUES!r}")
