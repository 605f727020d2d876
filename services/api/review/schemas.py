"""What the API shows of tracks to label, and of what the labels say."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.access.shown_paths import ShownPath
from services.api.schemas.model import ModelReference
from services.api.schemas.vocabulary import DrawReasonName
from shared.domain.review import MIN_LABELS_FOR_FIGURES
from shared.metrics.artist_means import MeanInterval
from shared.metrics.group_bootstrap import ConfidenceInterval
from shared.review.progress import AnswerFigures, ReviewComparison

_ANNOTATOR = Field(description="The person who is asked; labels are given under this name")


class ReviewItemResponse(BaseModel):
    """A track to label. What the model says of it is not shown: it would suggest the label."""

    track_id: UUID
    title: str | None
    artist: str | None
    album: str | None
    duration_s: float | None
    path: ShownPath | None = Field(description="Its file, as the person who runs mer knows it")
    reason: DrawReasonName = Field(
        description="Why it was drawn: `chance`, `spread`, `uncertain`, `unlike`, `needed` or `asked_again`"
    )
    reason_text: str = Field(description="The same in words, which name no emotion")
    href: str


class ReviewResponse(BaseModel):
    """Tracks to label next, one an artist."""

    annotator: str = _ANNOTATOR
    taxonomy: str = Field(description="Label them with its words")
    emotions: list[str] = Field(description="The emotions of the taxonomy")
    n_tracks: int = Field(description="The tracks with a file that were analysed and that the person has not labelled")
    n_labelled: int = Field(description="The tracks that the person has labelled in the taxonomy")
    items: list[ReviewItemResponse]


class IntervalResponse(BaseModel):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def from_interval(cls, interval: ConfidenceInterval | MeanInterval) -> Self:
        """The response for an interval."""
        return cls(**{name: round(getattr(interval, name), 4) for name in ("value", "low", "high")})


class AnswerFiguresResponse(BaseModel):
    """How often answers agree with the person, in the whole library: each label weighs 1 / (N · π)."""

    accuracy: IntervalResponse = Field(description="The share of tracks")
    macro_f1: IntervalResponse = Field(description="The mean F1 of the emotions")

    @classmethod
    def from_figures(cls, figures: AnswerFigures) -> Self:
        """The response for figures."""
        return cls(
            accuracy=IntervalResponse.from_interval(figures.accuracy),
            macro_f1=IntervalResponse.from_interval(figures.macro_f1),
        )


class ReviewComparisonResponse(BaseModel):
    """The answers that were kept when tracks were drawn, and the out-of-fold answers of the present model."""

    n_tracks: int
    n_artists: int
    before: AnswerFiguresResponse
    after: AnswerFiguresResponse
    difference: AnswerFiguresResponse = Field(description="After less before, on the same tracks")

    @classmethod
    def from_comparison(cls, comparison: ReviewComparison) -> Self:
        """The response for a comparison."""
        return cls(
            n_tracks=comparison.n_tracks,
            n_artists=comparison.n_artists,
            before=AnswerFiguresResponse.from_figures(comparison.before),
            after=AnswerFiguresResponse.from_figures(comparison.after),
            difference=AnswerFiguresResponse.from_figures(comparison.difference),
        )


class OwnAgreementResponse(BaseModel):
    """How often the person gives the same label again after a week: the ceiling of every figure on their labels."""

    n_asked: int = Field(description="Tracks that were asked about again")
    n_labelled: int
    n_agreed: int
    share: IntervalResponse | None = Field(description="Of those labelled again, with Wilson's interval; null of none")


class ReviewProgressResponse(BaseModel):
    """What a person's labels of drawn tracks say of the model."""

    annotator: str = _ANNOTATOR
    taxonomy: str
    model: ModelReference | None = Field(description="The present model; null where none answers")
    n_drawn: int = Field(description="Draws, without those that asked again")
    n_labelled: int = Field(description="Drawn tracks that the person then labelled")
    n_before: int = Field(description="Those of them for which a model's answer was kept and the label stands")
    n_after: int = Field(description="Those of them that the present model answers out of fold, and another answered")
    least_labels: int = Field(
        default=MIN_LABELS_FOR_FIGURES, description="Below so many labels figures are null, and only counts are shown"
    )
    before: AnswerFiguresResponse | None = Field(description="Of the kept answers, on all `n_before` tracks")
    comparison: ReviewComparisonResponse | None = Field(description="Before and after, on the `n_after` tracks")
    own_agreement: OwnAgreementResponse
