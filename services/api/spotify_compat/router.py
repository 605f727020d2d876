"""`/v1/audio-features`: Spotify's endpoint, answered from one's own audio.

The same fields under the same names, so that a client made for Spotify's Web API needs another base address only. What
a value is worth stands in `mer`, which Spotify's clients pass over.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from services.api.deps import TEXT, PortsDep
from services.api.errors import spotify_bad_request, spotify_not_found
from services.api.features.schemas import show_columns
from shared.domain.catalogue import COMPUTED
from shared.domain.learned_columns import VALENCE_SPOTIFY_SCALE
from shared.domain.track import CATALOGUE_COLUMNS
from shared.store.features.learned_columns import LearnedValues
from shared.store.repositories import Repositories
from shared.store.tables import CatalogueFeatures

router = APIRouter(prefix="/v1/audio-features", tags=["audio features"])

MAX_IDS = 100
_INTEGER_COLUMNS = {"key", "mode", "time_signature", "duration_ms"}


class ProvenanceResponse(BaseModel):
    """What the values are worth, and whose they are."""

    track_id: UUID
    origin: str = Field(description="computed: from the audio of the track; otherwise who delivered them")
    spec: str | None = Field(description="The feature spec of computed values")
    status: dict[str, str] = Field(
        description="By field: measured, learned (from labelled clips), proxy (our own formula) or null"
    )
    reasons: dict[str, str] = Field(description="Why computed fields are null, by field")
    loudness_dbfs: float | None = Field(description="Root mean square; `loudness` is in LUFS")
    valence_spotify_scale: float | None = Field(
        default=None,
        description="Learned valence on a scale that is distributed as Spotify's column is: matched in distribution, "
        "not in value; null without learned columns",
    )


class AudioFeaturesResponse(BaseModel):
    """Spotify's audio features of a track. A value is null where it cannot be computed."""

    danceability: float | None
    energy: float | None
    key: int | None
    loudness: float | None
    mode: int | None
    speechiness: float | None
    acousticness: float | None
    instrumentalness: float | None
    liveness: float | None
    valence: float | None
    tempo: float | None
    type: str = "audio_features"
    id: str
    uri: str
    track_href: str
    analysis_url: str
    duration_ms: int | None
    time_signature: int | None
    mer: ProvenanceResponse

    @classmethod
    def from_row(
        cls, row: CatalogueFeatures, *, learned: LearnedValues | None, spotify_id: str | None
    ) -> "AudioFeaturesResponse":
        """The response for a catalogue row of a track that may have learned columns."""
        shown = show_columns(row, learned=learned)
        values = {name: shown.values[name] for name in CATALOGUE_COLUMNS}
        rounded = {
            name: value if value is None else round(value) for name, value in values.items() if name in _INTEGER_COLUMNS
        }
        href = f"/tracks/{row.track_id}"
        return cls(
            **{**values, **rounded},
            id=spotify_id or str(row.track_id),
            uri=f"spotify:track:{spotify_id}" if spotify_id else f"mer:track:{row.track_id}",
            track_href=href,
            analysis_url=f"{href}/features",
            mer=ProvenanceResponse(
                track_id=row.track_id,
                origin=row.origin,
                spec=row.spec or None,
                status={name: shown.statuses[name] for name in CATALOGUE_COLUMNS},
                reasons={name: reason for name, reason in shown.reasons.items() if name != VALENCE_SPOTIFY_SCALE},
                loudness_dbfs=row.loudness_dbfs,
                valence_spotify_scale=shown.values.get(VALENCE_SPOTIFY_SCALE),
            ),
        )


class AudioFeaturesListResponse(BaseModel):
    """One entry an id, in the order asked for; null where there is none."""

    audio_features: list[AudioFeaturesResponse | None]


class SpotifyProblem(BaseModel):
    """An error in the shape of Spotify's."""

    error: dict[str, int | str]


@router.get("", responses={400: {"model": SpotifyProblem}})
def several(
    ports: PortsDep,
    ids: Annotated[
        str, Query(description=f"Ids of tracks, or Spotify's, separated by commas; at most {MAX_IDS}", pattern=TEXT)
    ] = "",
) -> AudioFeaturesListResponse:
    """The audio features of several tracks."""
    asked_ids = [asked_id.strip() for asked_id in ids.split(",") if asked_id.strip()]
    if not asked_ids:
        raise spotify_bad_request("no ids: name some, separated by commas")
    if len(asked_ids) > MAX_IDS:
        raise spotify_bad_request(f"too many ids requested: {len(asked_ids)}, at most {MAX_IDS}")
    with ports.store.read() as repositories:
        features_by_id = _find_rows(repositories, asked_ids, spec=ports.spec.fingerprint)
    return AudioFeaturesListResponse(audio_features=[features_by_id.get(asked_id) for asked_id in asked_ids])


@router.get("/{track_id}", responses={404: {"model": SpotifyProblem}})
def one(track_id: Annotated[str, Path(pattern=TEXT)], ports: PortsDep) -> AudioFeaturesResponse:
    """The audio features of a track, by its id or by Spotify's."""
    with ports.store.read() as repositories:
        features_by_id = _find_rows(repositories, [track_id], spec=ports.spec.fingerprint)
    if track_id not in features_by_id:
        raise spotify_not_found(track_id)
    return features_by_id[track_id]


def _find_rows(repositories: Repositories, asked_ids: list[str], *, spec: str) -> dict[str, AudioFeaturesResponse]:
    """By the ids as they were asked for. What was computed goes before what somebody delivered."""
    tracks = repositories.tracks
    named = {asked_id: track_id for asked_id in asked_ids if (track_id := _parse_uuid(asked_id)) is not None}
    by_spotify = tracks.list_by_source_id("spotify", [asked_id for asked_id in asked_ids if asked_id not in named])
    named |= by_spotify
    spotify_ids = {
        track_id: asked_id for asked_id, track_id in tracks.list_source_ids("spotify", named.values()).items()
    }
    rows: dict[UUID, CatalogueFeatures] = {}
    for track_id, row in repositories.catalogue_features(spec=spec).list_shown_catalogue(named.values()):
        if track_id not in rows or (row.origin == COMPUTED and rows[track_id].origin != COMPUTED):
            rows[track_id] = row
    learned = repositories.learned_columns(spec=spec).list_by_track(rows)
    return {
        asked_id: AudioFeaturesResponse.from_row(
            rows[track_id], learned=learned.get(track_id), spotify_id=spotify_ids.get(track_id)
        )
        for asked_id, track_id in named.items()
        if track_id in rows
    }


def _parse_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
