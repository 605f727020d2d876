"""What a track is called: the one rule of who stands over whom, where sources name it differently. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.domain.text import clean_text

NameValues = dict[str, Any]
"""By `NAME_FIELDS`, as a JSON column keeps it: words, or a list of them."""

NAME_FIELDS = ("title", "artist", "album", "isrc")
CORRECTABLE_FIELDS = ("title", "artist", "album")
"""What a person may correct."""
UNKNOWN_SOURCE = ""
"""Of names that nobody is known to have given."""

Names = Mapping[str, Any] | None
GivenNames = Sequence[Mapping[str, Any]]
"""The names that tables and catalogues give, each with its `source`, the latest first and the unknown one last."""


@dataclass(frozen=True, kw_only=True)
class TrackNames:
    """The names of a track, as far as anybody says them."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    isrc: str | None = None


def resolve_names(
    *,
    corrected: Names = None,
    given: Names = None,
    tags: Names = None,
    listed: Names = None,
    file_name: str | None = None,
) -> TrackNames:
    """A person stands over a table or a catalogue, that over the tags of the file, tags over what a playlist says.

    Where nobody says a title, it is `file_name`, which has no suffix any more, as one clean line.
    """
    names: dict[str, str | None] = {}
    for name in NAME_FIELDS:
        candidates = (source.get(name) for source in (corrected, given, tags, listed) if source)
        names[name] = next((value for value in candidates if value), None)
    return TrackNames(**{**names, "title": names["title"] or clean_text(file_name)})


def replace_given(given: GivenNames, source: str, names: Mapping[str, Any]) -> list[NameValues]:
    """The given names with those of `source` replaced.

    What a known source says was its own word where nobody was known for it: so it can be taken back later.
    """
    others = [dict(entry) for entry in given if entry["source"] != source]
    for entry in others:
        if entry["source"] == UNKNOWN_SOURCE:
            for name in [name for name, value in names.items() if entry.get(name) == value]:
                del entry[name]
    entries = [entry for entry in [{"source": source, **names}, *others] if len(entry) > 1]
    return sorted(entries, key=lambda entry: entry["source"] == UNKNOWN_SOURCE)
