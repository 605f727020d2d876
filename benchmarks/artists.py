"""The artist groups of a data set, as a library of just these tracks would have them."""

from collections.abc import Sequence

from shared.domain.grouping import singleton_group
from shared.domain.names import KnownArtists, artist_group


def artist_groups(artists: Sequence[str | None], ids: Sequence[str]) -> list[str]:
    """The group of each track, given the artist and the id of each; without an artist a track is alone."""
    known = KnownArtists.from_names(artist for artist in artists if artist)
    return [artist_group(artist, known) or singleton_group(key) for artist, key in zip(artists, ids, strict=True)]
