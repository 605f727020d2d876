"""`/v1/search`: the library's search for clients of Spotify's Web API."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request

from services.api.deps import TEXT, PortsDep
from services.api.errors import spotify_bad_request
from services.api.schemas.request_values import SearchText, match_pattern
from services.api.spotify_compat.schemas import LIST_ERRORS
from services.api.spotify_compat.search_query import SearchQuery, parse_search_query
from services.api.spotify_compat.track_ids import (
    PassedOver,
    RequestedTrack,
    build_link,
    format_track_id,
    list_spotify_ids,
)
from services.api.spotify_compat.track_schemas import SpotifySearchResponse, SpotifyTrackPage, SpotifyTrackResponse

router = APIRouter(prefix="/v1/search", tags=["audio features"], dependencies=[PassedOver])

SEARCH_TYPES = ("album", "artist", "audiobook", "episode", "playlist", "show", "track")
"""That Spotify knows; there are tracks only."""
_ANY_TYPE = f"({'|'.join(SEARCH_TYPES)})"

SearchTypes = Annotated[str, match_pattern(f"({_ANY_TYPE},)*track(,{_ANY_TYPE})*", maxLength=200)]


@router.get("/", include_in_schema=False)
@router.get("", responses=LIST_ERRORS)
def search_spotify_tracks(
    request: Request,
    ports: PortsDep,
    q: Annotated[
        SearchText,
        Query(
            max_length=300,
            pattern=TEXT,
            description="Words of title, artists or album, and the filters track:, artist:, album:, isrc: and year:",
        ),
    ],
    item_types: Annotated[
        SearchTypes,
        Query(alias="type", pattern=TEXT, max_length=200, description="`track`, alone or among Spotify's others"),
    ] = "track",
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> SpotifySearchResponse:
    """Tracks of the library in Spotify's format, in the order in which they were added."""
    types = _parse_types(item_types)
    query = _parse_query(q)
    with ports.store.read() as repositories:
        tracks, total = repositories.tracks.search_page(
            words=query.words, isrc=query.isrc, years=query.years, offset=offset, limit=limit
        )
        spotify_ids = list_spotify_ids(repositories, [track.id for track in tracks])

    def link(start: int) -> str:
        asked = {"q": q, "type": item_types, "limit": limit, "offset": start}
        return build_link(request, f"search?{urlencode(asked)}")

    page = SpotifyTrackPage(
        href=link(offset),
        items=[
            SpotifyTrackResponse.from_requested(
                RequestedTrack(
                    track=track, answered_id=format_track_id(track.id), spotify_id=spotify_ids.get(track.id)
                ),
                request=request,
            )
            for track in tracks
        ],
        limit=limit,
        offset=offset,
        total=total,
        next=link(offset + limit) if offset + limit < total else None,
        previous=link(max(offset - limit, 0)) if offset else None,
    )
    empty = page.model_copy(update={"items": [], "total": 0, "next": None, "previous": None})
    return SpotifySearchResponse(tracks=page, **{f"{name}s": empty for name in types if name != "track"})


def _parse_types(text: str) -> list[str]:
    types = [name.strip() for name in text.split(",")]
    for name in types:
        if name not in SEARCH_TYPES:
            raise spotify_bad_request(f"Bad search type field {name}")
    if "track" not in types:
        raise spotify_bad_request(f"there are tracks only: ask with type=track, not type={text}")
    return types


def _parse_query(text: str) -> SearchQuery:
    try:
        return parse_search_query(text)
    except ValueError as error:
        raise spotify_bad_request(str(error)) from None
