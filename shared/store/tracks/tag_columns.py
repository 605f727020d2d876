"""The columns of a track that nothing but the tags of its files fill."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.domain.file_tags import FileTags

_DETAILS = ("album_artist", "track_number", "disc_number", "year")
_LISTS = ("artists", "genres", "moods")


def tag_columns(tags: Mapping[str, Any] | None) -> dict[str, Any]:
    """Column to value, None where the tags say nothing. `tags` as `FileTags.to_json` gives them."""
    read = FileTags.from_json(tags)
    return {name: getattr(read, name) for name in _DETAILS} | {
        name: list(getattr(read, name)) or None for name in _LISTS
    }


def merge_files(tags: Iterable[Mapping[str, Any] | None]) -> dict[str, Any]:
    """What the tags of several files of one track say, the first of them first."""
    merged: dict[str, Any] = {}
    for of_file in tags:
        merged = {**(of_file or {}), **merged}
    return merged
