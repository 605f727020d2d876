"""What is answered below `/v1`: the fields of Spotify's Web API under the same names.

What is not known is null or empty, and never made up. `mer` holds what Spotify's clients pass over.
"""

from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field

from services.api.features.schemas import show_columns
from services.api.schemas.problem import ResponsesByStatus
from services.api.spotify_compat.track_ids import RequestedTrack, build_link
from shared.domain.learned_columns import VALENCE_SPOTIFY_SCALE
from shared.domain.track import CATALOGUE_COLUMNS
from shared.store.features.learned_columns import LearnedValues
from shared.store.tables import CatalogueFeatures

_INTEGER_COLUMNS = {"key", "mode", "time_signature", "duration_ms"}


class SpotifyProblemPart(BaseModel):
    """What Spotify's errors say."""

    status: int
    message: str


class SpotifyProblem(BaseModel):
    """An error in the shape of Spotify's."""

    error: SpotifyProblemPart


LIST_ERRORS: ResponsesByStatus = {
    400: {"model": SpotifyProblem, "description": "A parameter is not as Spotify's Web API has it"},
    503: {"model": SpotifyProblem, "description": "The database is away: ask again"},
}
ITEM_ERRORS: ResponsesByStatus = {**LIST_ERRORS, 404: {"model": SpotifyProblem}}


class ProvenanceResponse(BaseModel):
    """What the values are worth, and whose they are."""

    track_id: UUID
    origin: str = Field(description="computed: from the audio of the track; otherwise who delivered them")
    spec: str | None = Field(description="The feature spec of computed values")
    status: dict[str, str] = Field(
        description="By field: measured, learned (from labelled clips), proxy (our own formula), delivered (by a table "
        "or a web source: how it was measured is not known) or null"
    )
    reasons: dict[str, str] = Field(description="Why computed fields are null, by field")
    loudness_dbfs: float | None = Field(description="Root mean square; `loudness` is in LUFS")
    valence_spotify_scale: float | None = Field(
        default=None,
        description="Learned valence on a scale that is distributed as Spotify's column is: matched in distribution, "
        "not in value; null without learned columns",
    )

    @classmethod
    def from_row(cls, row: CatalogueFeatures, *, learned: LearnedValues | None) -> "ProvenanceResponse":
        """Of a catalogue row of a track that may have learned columns."""
        shown = show_columns(row, learned=learned)
        return cls(
            track_id=row.track_id,
            origin=row.origin,
            spec=row.spec or None,
            status={name: shown.statuses[name] for name in CATALOGUE_COLUMNS},
            reasons={name: reason for name, reason in shown.reasons.items() if name != VALENCE_SPOTIFY_SCALE},
            loudness_dbfs=row.loudness_dbfs,
            valence_spotify_scale=shown.values.get(VALENCE_SPOTIFY_SCALE),
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
    id: str = Field(description="As it was asked for; a UUID with hyphens as 32 hexadecimal digits")
    uri: str
    track_href: str
    analysis_url: str
    duration_ms: int | None
    time_signature: int | None
    mer: ProvenanceResponse

    @classmethod
    def from_row(
        cls, row: CatalogueFeatures, *, learned: LearnedValues | None, requested: RequestedTrack, request: Request
    ) -> "AudioFeaturesResponse":
        """The response for a catalogue row of a track that may have learned columns."""
        shown = show_columns(row, learned=learned)
        values = {name: shown.values[name] for name in CATALOGUE_COLUMNS}
        rounded = {
            name: value if value is None else round(value) for name, value in values.items() if name in _INTEGER_COLUMNS
        }
        return cls(
            **{**values, **rounded},
            id=requested.answered_id,
            uri=format_uri(requested),
            track_href=build_link(request, f"tracks/{requested.answered_id}"),
            analysis_url=build_link(request, f"audio-analysis/{requested.answered_id}"),
            mer=ProvenanceResponse.from_row(row, learned=learned),
        )


class AudioFeaturesListResponse(BaseModel):
    """One entry an id, in the order asked for; null where there is none."""

    audio_features: list[AudioFeaturesResponse | None]


def format_uri(requested: RequestedTrack) -> str:
    """`spotify:track:<id>` for every id: spotipy takes no other scheme, and asks the API for the id alone."""
    return f"spotify:track:{requested.answered_id}"
