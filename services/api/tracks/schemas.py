"""What the API shows of tracks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.access.shown_paths import ShownText
from services.api.personal.schemas import PERSONAL, PersonalResponse
from services.api.schemas.annotation import AnnotationResponse, ContradictionResponse, LabelResponse
from services.api.schemas.audio import ClipResponse, FeatureStateResponse
from services.api.schemas.content_kind import CONTENT_KIND
from services.api.schemas.emotion_name import EMOTION_NAME
from services.api.schemas.merge import MergeReference
from services.api.schemas.page import PageResponse
from services.api.schemas.valence_arousal import BASIS
from services.api.schemas.vocabulary import (
    ContentKindName,
    DecidedByName,
    FileStateName,
    PredictionBasisName,
    TagOriginName,
)
from shared.domain.annotation import Annotation
from shared.domain.emotion import name_emotion
from shared.domain.labels import ConsensusAnswer, LabelConsensus
from shared.domain.track_tags import SAME_TAGS
from shared.store.tables import Track, TrackMerge, TrackSource
from shared.store.tracks.decisions import TrackDecision
from shared.store.tracks.page_parts import PageSource
from shared.store.tracks.personal_view import PersonalView


class SourceResponse(BaseModel):
    """Where a track came from, and on what terms."""

    source: str
    source_id: str
    licence: str | None
    attribution: str | None
    state: FileStateName = Field(
        default="present",
        description="Of a file: `present`, `missing`, or `changed` until it is decoded and known whose sound it is",
    )
    reason: str | None = Field(default=None, description="Why the file could not be read or decoded when last tried")
    detail: ShownText | None = None

    @classmethod
    def from_row(cls, source: TrackSource | PageSource) -> "SourceResponse":
        """The response for a source row."""
        return cls(**{name: getattr(source, name) for name in cls.model_fields})


_NAMES = ("title", "artist", "album", "isrc", "duration_s")
_TAG_NAMES = ("album_artist", "track_number", "disc_number", "year")
_TAG_LISTS = ("artists", "genres", "moods")


class TrackTagResponse(BaseModel):
    """A tag of a track, and who gave it."""

    tag: str
    origin: TagOriginName = Field(description="`person`, `playlist` or `import`, else `tagger`")
    score: float | None = Field(
        description="The tagger's logit in deviations from its mean over a public set; null where it gives no such tag"
    )

    @classmethod
    def from_origins(
        cls, annotated: ConsensusAnswer[tuple[str, ...]] | None, given: Mapping[str, float]
    ) -> list["TrackTagResponse"]:
        """Those that annotators gave, then those that the tagger gave; `given` are its tags and scores in order."""
        words = {SAME_TAGS.get(word, word): None for word in annotated.answer} if annotated else {}
        origin = annotated.kind.value if annotated else ""
        by_annotators = [cls(tag=tag, origin=origin, score=given.get(tag)) for tag in words]
        return by_annotators + [
            cls(tag=tag, origin="tagger", score=score) for tag, score in given.items() if tag not in words
        ]


class TrackResponse(BaseModel):
    """A track with everything that is known of it."""

    id: UUID
    title: str | None
    artist: str | None
    album: str | None
    isrc: str | None
    duration_s: float | None
    corrected: list[str] = Field(description="Those of title, artist and album that a person corrected")
    artists: list[str] = Field(default=[], description="Each artist that the tags of its file credit, in their order")
    album_artist: str | None = None
    track_number: int | None = None
    disc_number: int | None = None
    year: int | None = None
    genres: list[str] = []
    moods: list[str] = Field(
        default=[], description="The words of a MOOD tag in its file; nobody's label, and not learned from"
    )
    tags: list[TrackTagResponse] = Field(
        default=[], description="What annotators say, then what the audio tagger hears, the clearest first"
    )
    synthetic: bool
    taxonomy: str = Field(description="Of `emotion` and `predicted`")
    emotion: str | None = Field(
        description="What stands for it in the taxonomy, as `/tracks/<id>/emotion` says it; null where nobody labelled "
        "it and it is no music, or the champion cannot score it, or has not yet"
    )
    emotion_name: str | None = EMOTION_NAME
    content_kind: ContentKindName | None = CONTENT_KIND
    decided_by: DecidedByName | None = Field(description="`person`, `model`, `playlist` or `import`")
    predicted: str | None = Field(description="What the champion predicts; null where it cannot, or has not yet")
    probability: float | None = Field(description="Of `predicted`")
    prediction_set: list[str] | None = Field(
        default=None, description="Of the model, as `/tracks/<id>/emotion` says it; null where it has none"
    )
    certainty: str | None = Field(
        default=None,
        description="In words, where it was measured: `7 in 10` (of such answers were right), `either` (of two), "
        "`unsure`; of a person's label the name, else `playlist` or `import`",
    )
    sure: bool | None = Field(default=None, description="Whether the model is sure; null where that was not measured")
    basis: PredictionBasisName | None = BASIS
    model_id: UUID | None = Field(description="The champion, or the starter, that predicted")
    starter: bool = Field(default=False, description="Whether the starter that ships with mer predicted")
    personal: PersonalResponse | None = PERSONAL
    sources: list[SourceResponse]
    labels: list[LabelResponse] = Field(description="The label in each taxonomy that has one")
    contradictions: list[ContradictionResponse] = Field(
        description="Taxonomies in which annotations contradict each other evenly"
    )
    annotations: list[AnnotationResponse] = Field(description="Every annotation, oldest first")
    merges: list[MergeReference] = Field(description="Tracks that this one stands for, the earliest merge first")
    clip: ClipResponse | None = Field(default=None, description="Audio that was fetched for it, the latest")
    features: FeatureStateResponse | None = None
    missing_since: datetime | None = Field(
        default=None, description="Its last file is gone since then; null also for one that never had a file"
    )
    href: str

    @classmethod
    def from_rows(
        cls,
        tracks: list[Track],
        *,
        sources: Sequence[TrackSource | PageSource],
        consensus: list[LabelConsensus],
        decided: TrackDecision,
        annotations: list[Annotation],
        merges: list[TrackMerge],
        tags: list[TrackTagResponse] | None = None,
        personal: PersonalView | None = None,
        features: FeatureStateResponse | None = None,
    ) -> "TrackResponse":
        """The response for a recording: its tracks, the survivor first, and what belongs to them.

        What the survivor does not know is filled in from the tracks that it stands for.
        """
        track = tracks[0]
        known = {
            name: next((value for member in tracks if (value := getattr(member, name)) is not None), None)
            for name in (*_NAMES, *_TAG_NAMES)
        }
        known |= {
            name: next((value for member in tracks if (value := getattr(member, name))), []) for name in _TAG_LISTS
        }
        return cls(
            id=track.id,
            **known,
            corrected=sorted(track.corrected_names or {}),
            tags=tags or [],
            synthetic=track.synthetic,
            **_decision_fields(decided),
            personal=PersonalResponse.from_view(personal) if personal else None,
            sources=[SourceResponse.from_row(source) for source in sources],
            labels=[LabelResponse.from_label(of_taxonomy.label) for of_taxonomy in consensus if of_taxonomy.label],
            contradictions=[
                ContradictionResponse.from_consensus(of_taxonomy) for of_taxonomy in consensus if not of_taxonomy.label
            ],
            annotations=[AnnotationResponse.from_annotation(annotation) for annotation in annotations],
            merges=[MergeReference.from_row(merge) for merge in merges],
            features=features,
            missing_since=track.missing_since,
            href=f"/tracks/{track.id}",
        )


class TrackPage(PageResponse[TrackResponse]):
    """Tracks, and how many of the library wait for their prediction."""

    n_not_scored: int = Field(
        description="Tracks of the library that the champion can read and has not answered yet: it does so by itself"
    )
    n_missing: int = Field(description="Tracks of the library whose last file is gone: `missing=only` shows them")
    count: int | None = Field(default=None, description="Tracks of the whole list; null unless `count` or `pages` asks")
    duration_s: float | None = Field(default=None, description="Of the whole list, of tracks whose length is known")
    pages: list[str] | None = Field(
        default=None, description="With `pages`: the cursors of the pages that begin with track 101, 201, … of the list"
    )


def _decision_fields(decided: TrackDecision) -> dict[str, Any]:
    decision, predicted = decided.decision, decided.predicted
    return {
        "taxonomy": decided.taxonomy,
        "emotion": decision.answer,
        "emotion_name": name_emotion(decided.taxonomy, decision.answer),
        "content_kind": decided.content_kind,
        "decided_by": decision.decided_by,
        "predicted": predicted.emotion if predicted else None,
        "probability": round(predicted.probability, 6) if predicted else None,
        "basis": predicted.basis if predicted else None,
        "model_id": predicted.model_id if predicted else None,
        "starter": predicted is not None and predicted.is_starter,
    }
