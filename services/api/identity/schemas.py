"""What the API shows of duplicates, merges and annotators."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.schemas.annotation import AnnotatorResponse
from services.api.schemas.merge import MergeReference
from services.api.schemas.vocabulary import DuplicateStateName
from shared.domain.agreement import AnnotatorAgreement
from shared.domain.annotation import Annotator
from shared.store.tables import Duplicate, Track


class MergeResponse(MergeReference):
    """One track was taken for another, and perhaps no more."""

    why: str
    undone_at: datetime | None
    undone_by: str | None


class TrackSummaryResponse(BaseModel):
    """As much of a track as tells it from another."""

    id: UUID
    title: str | None
    artist: str | None
    album: str | None
    isrc: str | None
    duration_s: float | None
    href: str

    @classmethod
    def from_row(cls, track: Track) -> "TrackSummaryResponse":
        """The response for a track row."""
        fields = {name: getattr(track, name) for name in cls.model_fields if name != "href"}
        return cls(**fields, href=f"/tracks/{track.id}")


class DuplicateResponse(BaseModel):
    """Two tracks that are likely one recording: a person says whether they are."""

    id: int
    tracks: list[TrackSummaryResponse] = Field(description="Two, the older first")
    score: float = Field(description="In [0, 1]; an order in which to look, not a probability")
    why: str
    state: DuplicateStateName = Field(description="open, merged or dismissed")
    who: str | None
    at: datetime
    resolved_at: datetime | None

    @classmethod
    def from_row(cls, row: Duplicate, tracks: list[Track]) -> "DuplicateResponse":
        """The response for a question and its two tracks."""
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "tracks"}
        return cls(**fields, tracks=[TrackSummaryResponse.from_row(track) for track in tracks])


class AgreementResponse(BaseModel):
    """How far an annotator agrees with all others, in one taxonomy."""

    annotator: AnnotatorResponse
    taxonomy: str
    n_annotations: int = Field(description="Annotations of any kind, repeated and corrected ones too")
    n_tracks: int = Field(description="Tracks annotated in this taxonomy")
    n_shared: int = Field(description="Of these, tracks that somebody else annotated too")
    agreement: float | None = Field(description="How often the others say the same; null without a shared track")
    chance: float | None = Field(description="How often they would by chance")
    kappa: float | None = Field(description="Cohen's: 1 at best, 0 at chance")
    weight: float = Field(description="What a playlist's word weighs in the consensus; 0.5 where nothing is known")

    @classmethod
    def from_agreement(
        cls, annotator: Annotator, n_annotations: int, agreement: AnnotatorAgreement | None, *, taxonomy: str
    ) -> "AgreementResponse":
        """The response for an annotator."""
        figures = agreement or _NO_AGREEMENT
        rounded = {
            name: None if (value := getattr(figures, name)) is None else round(value, 6)
            for name in ("agreement", "chance", "kappa", "weight")
        }
        return cls(
            annotator=AnnotatorResponse.from_annotator(annotator),
            taxonomy=taxonomy,
            n_annotations=n_annotations,
            n_tracks=figures.n_tracks,
            n_shared=figures.n_shared,
            **rounded,
        )


_NO_AGREEMENT = AnnotatorAgreement(n_tracks=0, n_shared=0, agreement=None, chance=None, kappa=None, weight=0.5)
