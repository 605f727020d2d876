"""What the API shows of similar tracks."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.api.access.shown_paths import ShownPath
from services.api.schemas.emotion_name import EMOTION_NAME
from services.api.schemas.model import ModelReference
from services.api.schemas.vocabulary import DecidedByName, PredictionBasisName, SimilarityKindName


class SimilarityBasisResponse(BaseModel):
    """What the distances are measured by."""

    kind: SimilarityKindName = Field(
        description="`model`: where a network places the tracks; `taggers`: what audio taggers gave for them, "
        "standardised; `descriptors`: their standardised ones"
    )
    model: ModelReference | None = Field(description="The network; null for taggers and descriptors")
    taggers: dict[str, str] | None = Field(
        default=None, description="The fingerprint of each audio tagger; null for a network and descriptors"
    )
    spec: str = Field(description="The feature spec that both read; of taggers, which read no spec, that of today")
    dimensions: int


class SimilarTrackResponse(BaseModel):
    """A track that is like the one asked about."""

    track_id: UUID
    title: str | None
    artist: str | None
    album: str | None
    duration_s: float | None
    path: ShownPath | None = Field(description="Its file, as the person who runs mer knows it")
    distance: float = Field(description="1 less the cosine: 0 for the same direction, 2 for the opposite one")
    emotion: str | None = Field(description="What stands for it in the taxonomy, as `/tracks/<id>/emotion` says it")
    emotion_name: str | None = EMOTION_NAME
    decided_by: DecidedByName | None = Field(
        description="person, model, playlist or import; null where nothing is known"
    )
    basis: PredictionBasisName | None = Field(
        description="What the champion's prediction rests on; null where there is none"
    )
    href: str


class SimilarTracksResponse(BaseModel):
    """Tracks like a track, or like a song that was sent in; the nearest first."""

    track_id: UUID | None = Field(description="The track that was asked about; null for a song that was sent in")
    name: str | None = Field(description="The file that was sent in; null for a track")
    by: SimilarityBasisResponse
    taxonomy: str
    emotion: str | None = Field(description="The filter; null where there was none")
    emotion_name: str | None = EMOTION_NAME
    per_artist: int = Field(description="No artist has more tracks than that among the items")
    items: list[SimilarTrackResponse]
