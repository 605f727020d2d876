"""The data as the API shows it."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.api.schemas.vocabulary import AnnotatorKindName


class AnnotatorCount(BaseModel):
    """The annotations of one annotator that stand."""

    kind: AnnotatorKindName
    name: str
    n: int
    emotions: dict[str, int]


class DistributionResponse(BaseModel):
    """How a feature is spread within one mood."""

    n: int
    quantiles: list[float] = Field(description="Least, quarter, median, three quarters, greatest")
    counts: list[int] = Field(description="Tracks between the feature's edges; what lies outside is in the outer ones")


class FeatureDistributionResponse(BaseModel):
    """One catalogue feature by mood."""

    edges: list[float] = Field(description="Of the histogram's bins")
    moods: dict[str, DistributionResponse]


class DuplicateCountsResponse(BaseModel):
    """Tracks too many, by what they share. None of these alone makes two tracks one."""

    same_audio: int = Field(description="The same decoded audio")
    same_title_and_artist: int
    same_isrc: int


class LabelConflictResponse(BaseModel):
    """A track whose annotators disagree."""

    track_id: UUID
    title: str | None
    artist: str | None
    label: str | None = Field(description="What stands all the same; null where the strongest disagree evenly")
    said: dict[str, str]


class DatasetReportResponse(BaseModel):
    """What there is in the library."""

    taxonomy: str
    library: str
    n_left_out: int = Field(description="Tracks of the other library, which are not counted here")
    left_out: str | None = Field(description="The same in words, and how to count them; null where there are none")
    n_tracks: int
    n_labelled: int
    n_with_audio: int
    n_with_features: int
    n_with_catalogue: int = Field(description="With every catalogue column that a model reads of their origin")
    n_not_scored: int = Field(description="Tracks that the champion can read and has not answered yet")
    decisions: dict[str, dict[str, int]] = Field(
        description="The emotion that stands → who decided → tracks; `undecided` where nothing is known"
    )
    out_of_domain: dict[str, int] = Field(
        default={}, description="What is heard in them → tracks that are no music; they are not among the decisions"
    )
    moods: dict[str, dict[str, int]] = Field(
        description="Mood → tracks, with audio, with features, with catalogue columns"
    )
    sources: dict[str, dict[str, int]] = Field(description="Source → mood → tracks")
    annotators: list[AnnotatorCount] = Field(description="The one with the most words first")
    features: dict[str, FeatureDistributionResponse]
    duplicates: DuplicateCountsResponse
    n_conflicts: int
    conflicts_by_pair: dict[str, int]
    conflicts: list[LabelConflictResponse] = Field(description="The first 50")
