"""What the API shows of annotations, annotators and the label consensus."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from services.api.schemas.emotion_name import EMOTION_NAME
from services.api.schemas.vocabulary import AnnotatorKindName
from shared.domain.annotation import Annotation, Annotator
from shared.domain.emotion import name_emotion
from shared.domain.labels import LabelConsensus, TrackLabel


class AnnotatorResponse(BaseModel):
    """Who annotated."""

    kind: AnnotatorKindName
    name: str

    @classmethod
    def from_annotator(cls, annotator: Annotator) -> "AnnotatorResponse":
        """The response for an annotator."""
        return cls(kind=annotator.kind, name=annotator.name)


class LabelResponse(BaseModel):
    """The label of a track, who annotated it so, and how far others agree."""

    taxonomy: str
    emotion: str
    emotion_name: str = EMOTION_NAME
    annotator: AnnotatorResponse
    at: datetime
    shares: dict[str, float] = Field(description="The soft label: the shares of the annotations that decide; sums to 1")
    n_voices: int = Field(description="Annotators of the deciding kind who annotated the track")

    @classmethod
    def from_label(cls, label: TrackLabel) -> "LabelResponse":
        """The response for a label."""
        return cls(
            taxonomy=label.taxonomy,
            emotion=label.emotion,
            emotion_name=name_emotion(label.taxonomy, label.emotion),
            annotator=AnnotatorResponse.from_annotator(label.annotator),
            at=label.at,
            shares=_round_shares(label.shares),
            n_voices=label.n_votes,
        )


class ContradictionResponse(BaseModel):
    """Annotations that contradict each other evenly: there is no label in this taxonomy."""

    taxonomy: str
    kind: AnnotatorKindName = Field(description="The kind of annotators that would decide")
    shares: dict[str, float]
    n_voices: int

    @classmethod
    def from_consensus(cls, consensus: LabelConsensus) -> "ContradictionResponse":
        """The response for a consensus without a label."""
        return cls(
            taxonomy=consensus.taxonomy,
            kind=consensus.kind,
            shares=_round_shares(consensus.shares),
            n_voices=consensus.n_votes,
        )


class AnnotationResponse(BaseModel):
    """One annotation, as it was given."""

    taxonomy: str | None
    emotion: str | None
    emotion_name: str | None = EMOTION_NAME
    tags: list[str]
    valence: float | None
    arousal: float | None
    annotator: AnnotatorResponse
    at: datetime

    @classmethod
    def from_annotation(cls, annotation: Annotation) -> "AnnotationResponse":
        """The response for an annotation."""
        fields = {name: getattr(annotation, name) for name in ("taxonomy", "emotion", "valence", "arousal", "at")}
        return cls(
            **fields,
            emotion_name=name_emotion(annotation.taxonomy, annotation.emotion),
            tags=list(annotation.tags),
            annotator=AnnotatorResponse.from_annotator(annotation.annotator),
        )


def _round_shares(shares: Mapping[str, float]) -> dict[str, float]:
    return {emotion: round(share, 6) for emotion, share in shares.items()}
