"""Ids of tracks as clients of Spotify's Web API send them, and links that they can follow.

spotipy refuses every id that is not made of letters and digits alone, so a UUID is written as 32 hexadecimal digits.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from services.api.deps import TEXT
from services.api.errors import SPOTIFY_PREFIX, spotify_bad_request
from services.api.schemas.request_values import SpotifyIds
from shared.store.repositories import Repositories
from shared.store.tables import Track

SPOTIFY = "spotify"
"""The source whose ids are Spotify's."""

_LETTERS_AND_DIGITS = re.compile(r"[0-9A-Za-z]+\Z")


@dataclass(frozen=True, kw_only=True)
class RequestedTrack:
    """A track, and the id by which it is answered."""

    track: Track
    """The one that stands for the recording: clients of Spotify's get no redirect."""
    answered_id: str
    spotify_id: str | None
    """Spotify's own, where a source gave it."""


def format_track_id(track_id: UUID) -> str:
    """32 hexadecimal digits."""
    return track_id.hex


def parse_ids(ids: str, *, most: int) -> list[str]:
    """Ids that are separated by commas. Raises SpotifyError (400) for none and for more than `most`."""
    asked_ids = [asked_id.strip() for asked_id in ids.split(",") if asked_id.strip()]
    if not asked_ids:
        raise spotify_bad_request("no ids: name some, separated by commas")
    if len(asked_ids) > most:
        raise spotify_bad_request(f"too many ids requested: {len(asked_ids)}, at most {most}")
    return asked_ids


def find_tracks(repositories: Repositories, asked_ids: Sequence[str]) -> dict[str, RequestedTrack]:
    """The tracks by the ids as they were asked for: UUIDs in any spelling, or Spotify's; without the unknown ones."""
    named = {asked_id: track_id for asked_id in asked_ids if (track_id := _parse_uuid(asked_id)) is not None}
    others = [asked_id for asked_id in asked_ids if asked_id not in named]
    named |= repositories.tracks.list_by_source_id(SPOTIFY, others)
    tracks = _list_survivors(repositories, list(named.values()))
    spotify_ids = list_spotify_ids(repositories, [track.id for track in tracks.values()])
    return {
        asked_id: RequestedTrack(
            track=track,
            answered_id=asked_id if _LETTERS_AND_DIGITS.match(asked_id) else format_track_id(track_id),
            spotify_id=asked_id if asked_id in others else spotify_ids.get(track.id),
        )
        for asked_id, track_id in named.items()
        if (track := tracks.get(track_id)) is not None
    }


def list_spotify_ids(repositories: Repositories, track_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Spotify's own id of those tracks of which a source gave it, or gave it of a track that they stand for."""
    sources = repositories.tracks.list_sources(track_ids)
    return {
        track_id: source.source_id
        for track_id, rows in sources.items()
        for source in reversed(rows)
        if source.source == SPOTIFY
    }


def build_link(request: Request, path: str) -> str:
    """An absolute link below `/v1`: spotipy follows no other."""
    return f"{str(request.base_url).rstrip('/')}{SPOTIFY_PREFIX}/{path}"


def _list_survivors(repositories: Repositories, track_ids: Sequence[UUID]) -> Mapping[UUID, Track]:
    """Who stands for each of the tracks that there are."""
    asked = {track.id: track for track in repositories.tracks.list_by_id(track_ids)}
    moved = [track.merged_into for track in asked.values() if track.merged_into is not None]
    survivors = {track.id: track for track in repositories.tracks.list_by_id(moved)} if moved else {}
    return {track_id: survivors.get(track.survivor_id, track) for track_id, track in asked.items()}


def _parse_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _pass_over(
    market: Annotated[str | None, Query(description="Passed over: a library has no markets")] = None,
    locale: Annotated[str | None, Query(description="Passed over: names have one language")] = None,
    additional_types: Annotated[str | None, Query(description="Passed over: there are tracks only")] = None,
    include_external: Annotated[str | None, Query(description="Passed over: all audio is one's own")] = None,
) -> None:
    """Parameters of Spotify's Web API that have no meaning here are taken, so that its clients need no change."""


PassedOver = Depends(_pass_over)
"""Of every route below `/v1`."""

IdsQuery = Annotated[
    SpotifyIds,
    Query(
        description="Ids of tracks, or Spotify's, separated by commas; at most as many as Spotify takes", pattern=TEXT
    ),
]
