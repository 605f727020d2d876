"""Tracks as Spotify's Web API has them, and pages of them."""

from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from services.api.spotify_compat.schemas import format_uri
from services.api.spotify_compat.track_ids import RequestedTrack, build_link


class SpotifyArtistResponse(BaseModel):
    """An artist by name: artists have no ids of their own here."""

    id: str | None = None
    name: str = Field(description="Empty where it is not known, as of Spotify's local tracks")
    type: str = "artist"
    uri: str | None = None
    href: str | None = None
    external_urls: dict[str, str] = {}


class SpotifyAlbumResponse(BaseModel):
    """An album by name: albums have no ids of their own here."""

    id: str | None = None
    name: str = Field(description="Empty where it is not known, as of Spotify's local tracks")
    type: str = "album"
    album_type: str | None = None
    artists: list[SpotifyArtistResponse]
    available_markets: list[str] = []
    images: list[dict[str, Any]] = []
    release_date: str | None = Field(description="The year")
    release_date_precision: str | None
    total_tracks: int | None = None
    uri: str | None = None
    href: str | None = None
    external_urls: dict[str, str] = {}


class TrackProvenanceResponse(BaseModel):
    """The track in the terms of this API."""

    track_id: UUID
    synthetic: bool = Field(description="Of the demo library")
    missing: bool = Field(description="Its last file is gone")


class SpotifyTrackResponse(BaseModel):
    """A track of the library. What no file, table or source says is null or empty."""

    id: str = Field(description="As it was asked for; a UUID with hyphens as 32 hexadecimal digits")
    name: str = Field(description="Empty where it is not known, as of Spotify's local tracks")
    type: str = "track"
    uri: str
    href: str
    artists: list[SpotifyArtistResponse] = Field(description="At least one; its name is empty where none is known")
    album: SpotifyAlbumResponse
    duration_ms: int | None
    track_number: int | None
    disc_number: int | None
    explicit: bool | None = None
    popularity: int | None = None
    preview_url: str | None = None
    is_local: bool = Field(default=False, description="False: clients pass over local tracks, which have no id")
    available_markets: list[str] = []
    external_ids: dict[str, str]
    external_urls: dict[str, str] = Field(description="The page at Spotify, where a source gave Spotify's own id")
    mer: TrackProvenanceResponse

    @classmethod
    def from_requested(cls, requested: RequestedTrack, *, request: Request) -> "SpotifyTrackResponse":
        """The response for a track under the id by which it was asked for."""
        track = requested.track
        page = f"https://open.spotify.com/track/{requested.spotify_id}"
        return cls(
            id=requested.answered_id,
            name=track.title or "",
            uri=format_uri(requested),
            href=build_link(request, f"tracks/{requested.answered_id}"),
            artists=_list_artists(track.artists or [track.artist or ""]),
            album=SpotifyAlbumResponse(
                name=track.album or "",
                artists=_list_artists([track.album_artist] if track.album_artist else []),
                release_date=f"{track.year:04}" if track.year is not None else None,
                release_date_precision="year" if track.year is not None else None,
            ),
            duration_ms=round(1000 * track.duration_s) if track.duration_s is not None else None,
            track_number=track.track_number,
            disc_number=track.disc_number,
            external_ids={"isrc": track.isrc} if track.isrc else {},
            external_urls={"spotify": page} if requested.spotify_id else {},
            mer=TrackProvenanceResponse(
                track_id=track.id, synthetic=track.synthetic, missing=track.missing_since is not None
            ),
        )


class SpotifyTrackListResponse(BaseModel):
    """One entry an id, in the order asked for; null where there is none."""

    tracks: list[SpotifyTrackResponse | None]


class SpotifyTrackPage(BaseModel):
    """A page of the tracks that were found."""

    href: str
    items: list[SpotifyTrackResponse]
    limit: int
    offset: int
    total: int
    next: str | None
    previous: str | None


class SpotifySearchResponse(BaseModel):
    """What was found. Other types that were asked for beside `track` have an empty page: they have no ids here."""

    model_config = ConfigDict(extra="allow")
    tracks: SpotifyTrackPage


def _list_artists(names: list[str]) -> list[SpotifyArtistResponse]:
    return [SpotifyArtistResponse(name=name) for name in names]
