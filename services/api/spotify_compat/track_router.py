"""`/v1/tracks`: tracks of the library as Spotify's Web API has them."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from services.api.deps import TEXT, PortsDep
from services.api.errors import spotify_not_found
from services.api.spotify_compat.schemas import ITEM_ERRORS, LIST_ERRORS
from services.api.spotify_compat.track_ids import IdsQuery, PassedOver, find_tracks, parse_ids
from services.api.spotify_compat.track_schemas import SpotifyTrackListResponse, SpotifyTrackResponse

router = APIRouter(prefix="/v1/tracks", tags=["audio features"], dependencies=[PassedOver])

MAX_IDS = 50


@router.get("/", include_in_schema=False)  # so spotipy asks for it
@router.get("", responses=LIST_ERRORS)
def list_spotify_tracks(request: Request, ports: PortsDep, ids: IdsQuery) -> SpotifyTrackListResponse:
    """Up to 50 tracks in Spotify's format."""
    asked_ids = parse_ids(ids, most=MAX_IDS)
    with ports.store.read() as repositories:
        requested = find_tracks(repositories, asked_ids)
    return SpotifyTrackListResponse(
        tracks=[
            SpotifyTrackResponse.from_requested(requested[asked_id], request=request) if asked_id in requested else None
            for asked_id in asked_ids
        ]
    )


@router.get("/{track_id}", responses=ITEM_ERRORS)
def show_spotify_track(
    track_id: Annotated[str, Path(pattern=TEXT)], request: Request, ports: PortsDep
) -> SpotifyTrackResponse:
    """A track in Spotify's format, by its id or by Spotify's."""
    with ports.store.read() as repositories:
        requested = find_tracks(repositories, [track_id]).get(track_id)
    if requested is None:
        raise spotify_not_found("track", track_id)
    return SpotifyTrackResponse.from_requested(requested, request=request)
