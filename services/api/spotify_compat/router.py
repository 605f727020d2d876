"""`/v1/audio-features`: Spotify's endpoint, answered from one's own audio.

The same fields under the same names, so that a client made for Spotify's Web API needs another base address only. What
a value is worth stands in `mer`, which Spotify's clients pass over.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from services.api.deps import TEXT, ApiPorts, PortsDep
from services.api.errors import spotify_not_found
from services.api.spotify_compat.catalogue_rows import list_shown_rows
from services.api.spotify_compat.schemas import (
    ITEM_ERRORS,
    LIST_ERRORS,
    AudioFeaturesListResponse,
    AudioFeaturesResponse,
)
from services.api.spotify_compat.track_ids import IdsQuery, PassedOver, find_tracks, parse_ids

router = APIRouter(prefix="/v1/audio-features", tags=["audio features"], dependencies=[PassedOver])

MAX_IDS = 100


@router.get("/", include_in_schema=False)  # so spotipy asks for it, and it would lose a proxy's address in a redirect
@router.get("", responses=LIST_ERRORS)
def several(request: Request, ports: PortsDep, ids: IdsQuery) -> AudioFeaturesListResponse:
    """The audio features of up to 100 tracks."""
    asked_ids = parse_ids(ids, most=MAX_IDS)
    features_by_id = _list_features(ports, asked_ids, request=request)
    return AudioFeaturesListResponse(audio_features=[features_by_id.get(asked_id) for asked_id in asked_ids])


@router.get("/{track_id}", responses=ITEM_ERRORS)
def one(track_id: Annotated[str, Path(pattern=TEXT)], request: Request, ports: PortsDep) -> AudioFeaturesResponse:
    """The audio features of a track, by its id or by Spotify's."""
    features_by_id = _list_features(ports, [track_id], request=request)
    if track_id not in features_by_id:
        raise spotify_not_found("analysis", track_id)
    return features_by_id[track_id]


def _list_features(ports: ApiPorts, asked_ids: list[str], *, request: Request) -> dict[str, AudioFeaturesResponse]:
    """By the ids as they were asked for."""
    with ports.store.read() as repositories:
        requested = find_tracks(repositories, asked_ids)
        track_ids = {found_track.track.id for found_track in requested.values()}
        shown = list_shown_rows(repositories, track_ids, spec=ports.spec.fingerprint)
    return {
        asked_id: AudioFeaturesResponse.from_row(
            shown[one_track.track.id].row,
            learned=shown[one_track.track.id].learned,
            requested=one_track,
            request=request,
        )
        for asked_id, one_track in requested.items()
        if one_track.track.id in shown
    }
