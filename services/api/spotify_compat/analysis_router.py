"""`/v1/audio-analysis`: Spotify's former endpoint, as far as it can be answered from what is stored."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.api.deps import TEXT, PortsDep
from services.api.errors import spotify_not_found
from services.api.spotify_compat.analysis_schemas import AudioAnalysisResponse
from services.api.spotify_compat.catalogue_rows import list_shown_rows
from services.api.spotify_compat.schemas import ITEM_ERRORS
from services.api.spotify_compat.sections import find_sections
from services.api.spotify_compat.track_ids import PassedOver, find_tracks

router = APIRouter(prefix="/v1/audio-analysis", tags=["audio features"], dependencies=[PassedOver])


@router.get("/{track_id}", responses=ITEM_ERRORS)
def show_audio_analysis(track_id: Annotated[str, Path(pattern=TEXT)], ports: PortsDep) -> AudioAnalysisResponse:
    """The audio analysis of a track in Spotify's format: the whole track and, where they are known, its sections."""
    with ports.store.read() as repositories:
        requested = find_tracks(repositories, [track_id]).get(track_id)
        if requested is None:
            raise spotify_not_found("analysis", track_id)
        rows = list_shown_rows(repositories, [requested.track.id], spec=ports.spec.fingerprint)
    if requested.track.id not in rows:
        raise spotify_not_found("analysis", track_id)
    sections = find_sections(ports, requested.track)
    return AudioAnalysisResponse.from_rows(requested.track, rows[requested.track.id], sections=sections)
