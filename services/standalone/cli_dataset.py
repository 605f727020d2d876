"""`mer dataset …` and `mer export`: look at what was collected, and take it elsewhere."""

from pathlib import Path

_SOURCES_BY_SUFFIX = {
    **dict.fromkeys((".csv", ".tsv", ".parquet", ".pq"), "table"),
    **dict.fromkeys((".m3u", ".m3u8"), "m3u"),
    ".xspf": "xspf",
}


def source_of(path: Path) -> str:
    """The source that reads such a path."""
    return _SOURCES_BY_SUFFIX.get(path.suffix.lower(), "folder")
