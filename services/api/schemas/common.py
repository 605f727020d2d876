"""What the API shows, as pydantic models: the shapes of the OpenAPI document."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.api.schemas.audio import ClipResponse, FeatureStateResponse
from services.api.schemas.valence_arousal import BASIS, BESIDE, DECIDED_BY, ValenceArousalResponse
from shared.domain.annotation import Annotation, Annotator
from shared.domain.job import ItemCounts, JobKind, JobState, estimate_pace
from shared.domain.labels import LabelConsensus, TrackLabel
from shared.json_objects import JsonObject
from shared.store.jobs.repository import ParkedWork
from shared.store.tables import Job, JobItem, Model, Track, TrackMerge, TrackSource
from shared.store.tracks.decisions import TrackDecision

ResponsesByStatus = dict[int | str, JsonObject]
"""What FastAPI writes into the OpenAPI document beside the answer, by status."""

Row = TypeVar("Row")


class ProblemDetails(BaseModel):
    """RFC 9457, with a `code` for programs."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:mer:problem:no_model",
                "title": "no model",
                "status": 409,
                "code": "no_model",
                "detail": "There is no champion for a mood4 model yet. Label some tracks …, then POST /train …",
            }
        }
    )


class ItemCountsResponse(BaseModel):
    """Items: requested = done + failed + skipped at the end."""

    requested: int
    queued: int
    running: int
    done: int
    failed: int
    skipped: int


class ParkedWorkResponse(BaseModel):
    """Work that waits for a source: nothing is lost, it goes on by itself."""

    n_items: int = Field(description="0: the listing itself waits")
    wake_at: datetime
    reason: str
    detail: str


class WaitingResponse(BaseModel):
    """Work that does not start in quiet hours: it goes on by itself when they are over."""

    reason: str = Field(description="`quiet_hours`")
    until: datetime
    time_left_s: float
    n_items: int = Field(description="Items that wait")
    detail: str


class JobResponse(BaseModel):
    """A job, counted now."""

    id: UUID
    kind: str
    state: str
    params: JsonObject
    items: ItemCountsResponse
    reasons: dict[str, int] = Field(default_factory=dict, description="Why items failed or were skipped")
    ignored: dict[str, int] = Field(
        default_factory=dict,
        description="What the source holds that was passed over, by kind: a suffix, a column, …; "
        "what begins with `read` says how a table's cells were read, and how many",
    )
    missing: int = Field(default=0, description="Of a crawl: known files that it found to be gone")
    returned: int = Field(default=0, description="Of a crawl: files that were missing and are there again")
    rate_per_s: float | None = Field(description="Items a second so far")
    time_left_s: float | None = Field(description="Seconds to go at this rate; null until all items are known")
    parked: ParkedWorkResponse | None = Field(default=None, description="What waits for a source, and until when")
    waits: WaitingResponse | None = Field(default=None, description="What quiet hours hold back, and until when")
    note: str | None = Field(default=None, description="What is being done just now")
    reason: str | None = None
    detail: str | None = None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    href: str

    @classmethod
    def from_row(
        cls,
        job: Job,
        counts: ItemCounts,
        *,
        reasons: dict[str, int] | None = None,
        parked: ParkedWork | None = None,
        waits: WaitingResponse | None = None,
    ) -> "JobResponse":
        """The document of a job row and its counts."""
        end = job.finished_at or datetime.now(UTC)
        speed = estimate_pace(
            counts, started_at=job.started_at, now=end, listed=job.listed or job.kind == JobKind.TRAIN
        )
        ended = JobState(job.state).is_final
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            params=job.params,
            items=ItemCountsResponse(**{name: getattr(counts, name) for name in ItemCountsResponse.model_fields}),
            reasons=reasons or {},
            ignored=job.ignored,
            missing=job.n_missing,
            returned=job.n_returned,
            rate_per_s=_round_optional(speed.rate_per_s),
            time_left_s=0.0 if ended else _round_optional(speed.time_left_s),
            note=job.note,
            parked=ParkedWorkResponse(**asdict(parked)) if parked else None,
            waits=waits,
            reason=job.reason,
            detail=job.detail,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            href=f"/jobs/{job.id}",
        )


class JobItemResponse(BaseModel):
    """One unit of a job's work."""

    id: int
    key: str
    stage: str
    state: str
    attempts: int
    track_id: UUID | None
    reason: str | None
    detail: str | None
    wake_at: datetime | None = Field(default=None, description="Parked until then")

    @classmethod
    def from_row(cls, item: JobItem) -> "JobItemResponse":
        """The document of an item row."""
        return cls(**{name: getattr(item, name) for name in cls.model_fields})


class AnnotatorResponse(BaseModel):
    """Who judged."""

    kind: str
    name: str

    @classmethod
    def from_annotator(cls, annotator: Annotator) -> "AnnotatorResponse":
        """The document of an annotator."""
        return cls(kind=annotator.kind, name=annotator.name)


class LabelResponse(BaseModel):
    """The label that stands for a track, whose word it is, and how far others hear the same."""

    taxonomy: str
    emotion: str
    annotator: AnnotatorResponse
    at: datetime
    shares: dict[str, float] = Field(description="The soft label: how the voices that decide are spread; sums to 1")
    n_voices: int = Field(description="Annotators of the deciding kind who judged")

    @classmethod
    def from_label(cls, label: TrackLabel) -> "LabelResponse":
        """The document of a label."""
        return cls(
            taxonomy=label.taxonomy,
            emotion=label.emotion,
            annotator=AnnotatorResponse.from_annotator(label.annotator),
            at=label.at,
            shares=_round_shares(label.shares),
            n_voices=label.n_votes,
        )


class ContradictionResponse(BaseModel):
    """Voices that contradict each other evenly: there is no label in this taxonomy."""

    taxonomy: str
    kind: str = Field(description="The kind of annotators that would decide")
    shares: dict[str, float]
    n_voices: int

    @classmethod
    def from_consensus(cls, consensus: LabelConsensus) -> "ContradictionResponse":
        """The document of a consensus without a label."""
        return cls(
            taxonomy=consensus.taxonomy,
            kind=consensus.kind,
            shares=_round_shares(consensus.shares),
            n_voices=consensus.n_votes,
        )


class AnnotationResponse(BaseModel):
    """One judgement, as it was given."""

    taxonomy: str | None
    emotion: str | None
    tags: list[str]
    valence: float | None
    arousal: float | None
    annotator: AnnotatorResponse
    at: datetime

    @classmethod
    def from_annotation(cls, annotation: Annotation) -> "AnnotationResponse":
        """The document of one judgement."""
        plain = {name: getattr(annotation, name) for name in ("taxonomy", "emotion", "valence", "arousal", "at")}
        return cls(
            **plain, tags=list(annotation.tags), annotator=AnnotatorResponse.from_annotator(annotation.annotator)
        )


class SourceResponse(BaseModel):
    """Where a track came from, and on what terms."""

    source: str
    source_id: str
    licence: str | None
    attribution: str | None
    state: str = Field(
        default="present",
        description="Of a file: `present`, `missing`, or `changed` until it is decoded and known whose sound it is",
    )
    reason: str | None = Field(default=None, description="Why the file could not be read or decoded when last tried")
    detail: str | None = None

    @classmethod
    def from_row(cls, source: TrackSource) -> "SourceResponse":
        """The document of a source row."""
        return cls(**{name: getattr(source, name) for name in cls.model_fields})


class MergeReference(BaseModel):
    """A merge, and why it was made."""

    id: int
    from_id: UUID = Field(description="The track that another one stands for")
    to_id: UUID = Field(description="The track that stood for both; it may have been merged itself since")
    reason: str = Field(description="same_source, same_isrc, same_audio, or person")
    score: float = Field(description="1 where it was certain")
    who: str
    at: datetime
    href: str

    @classmethod
    def from_row(cls, merge: TrackMerge) -> Self:
        """The document of a merge row."""
        plain = {name: getattr(merge, name) for name in cls.model_fields if name != "href"}
        return cls(**plain, href=f"/merges/{merge.id}")


_NAMES = ("title", "artist", "album", "isrc", "duration_s")
_TAG_NAMES = ("album_artist", "track_number", "disc_number", "year")
_TAG_LISTS = ("artists", "genres", "moods")


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
    synthetic: bool
    taxonomy: str = Field(description="Of `emotion` and `predicted`")
    emotion: str | None = Field(
        description="What stands for it in the taxonomy, as `/tracks/<id>/emotion` says it; null where nobody labelled "
        "it and the champion cannot score it, or has not yet"
    )
    decided_by: str | None = Field(description="`person`, `model`, `playlist` or `import`")
    predicted: str | None = Field(description="What the champion predicts; null where it cannot, or has not yet")
    probability: float | None = Field(description="Of `predicted`")
    basis: str | None = BASIS
    model_id: UUID | None = Field(description="The champion that predicted")
    sources: list[SourceResponse]
    labels: list[LabelResponse] = Field(description="The label in each taxonomy that has one")
    contradictions: list[ContradictionResponse] = Field(description="Taxonomies in which the voices differ evenly")
    annotations: list[AnnotationResponse] = Field(description="Every judgement, oldest first")
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
        sources: list[TrackSource],
        consensus: list[LabelConsensus],
        decided: TrackDecision,
        annotations: list[Annotation],
        merges: list[TrackMerge],
        features: FeatureStateResponse | None = None,
    ) -> "TrackResponse":
        """The document of a recording: its tracks, the survivor first, and what belongs to them.

        What the survivor does not know is filled in from the tracks that it stands for.
        """
        track = tracks[0]
        known = {
            name: next((value for one in tracks if (value := getattr(one, name)) is not None), None)
            for name in (*_NAMES, *_TAG_NAMES)
        }
        known |= {name: next((value for one in tracks if (value := getattr(one, name))), []) for name in _TAG_LISTS}
        return cls(
            id=track.id,
            **known,
            corrected=sorted(track.corrected_names or {}),
            synthetic=track.synthetic,
            **_decision_fields(decided),
            sources=[SourceResponse.from_row(source) for source in sources],
            labels=[LabelResponse.from_label(found.label) for found in consensus if found.label],
            contradictions=[ContradictionResponse.from_consensus(found) for found in consensus if not found.label],
            annotations=[AnnotationResponse.from_annotation(annotation) for annotation in annotations],
            merges=[MergeReference.from_row(merge) for merge in merges],
            features=features,
            missing_since=track.missing_since,
            href=f"/tracks/{track.id}",
        )


class ModelReference(BaseModel):
    """Which model gave an answer."""

    id: UUID
    version: int
    estimator: str
    inputs: str
    taxonomy: str
    href: str

    @classmethod
    def from_row(cls, model: Model) -> "ModelReference":
        """The reference to a model row."""
        plain = {name: getattr(model, name) for name in cls.model_fields if name != "href"}
        return cls(**plain, href=f"/models/{model.id}")


class ModelResponse(ModelReference):
    """A published model with its card."""

    state: str
    is_default: bool = Field(description="Of the champions of its taxonomy this one answers for tracks")
    synthetic: bool
    metrics: JsonObject
    card: JsonObject
    artefact_sha256: str
    created_at: datetime


class EmotionResponse(BaseModel):
    """The emotion of a track: a person's label; else what the model predicts; else, where no model answers, the label
    consensus of playlists, tables and folders.
    """

    track_id: UUID
    taxonomy: str
    emotion: str
    decided_by: str = DECIDED_BY
    predicted: str | None = Field(description="What the model says, whoever decided; null where none answers")
    probabilities: dict[str, float]
    prediction_set: list[str] | None = Field(
        description="Every emotion that cannot be excluded at `coverage`, the likeliest first; null for old models"
    )
    sets: str = Field(description="`marginal` or `by_class`: which promise the set makes")
    coverage: float
    set_promise: str = Field(description="The promise of the set in words; it says nothing of a single answer")
    sure: bool | None = Field(
        description="Whether answers of `predicted` with so high a probability were right in 90 of 100, on artists "
        "that the model had not heard; null for old models, and where `basis` is `in_sample`"
    )
    basis: str | None = BASIS
    valence_arousal: ValenceArousalResponse | None = BESIDE
    valence_arousal_basis: str | None = Field(
        default=None, description="As `basis`; of a training track there is no out-of-fold place"
    )
    model: ModelReference | None = Field(description="Null where no model answers: annotators decided")
    label: LabelResponse | None
    synthetic: bool
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "track_id": "019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001",
                "taxonomy": "mood4",
                "emotion": "calm",
                "decided_by": "model",
                "predicted": "calm",
                "probabilities": {"calm": 0.81, "sad": 0.12, "energetic": 0.02, "happy": 0.05},
                "prediction_set": ["calm", "sad"],
                "sets": "marginal",
                "coverage": 0.9,
                "basis": "held_out",
                "set_promise": "of 100 songs, the set holds the right word in 90",
                "sure": False,
                "valence_arousal": None,
                "valence_arousal_basis": None,
                "model": {
                    "id": "019aa0f3-0000-7000-8000-000000000000",
                    "version": 1,
                    "estimator": "svm",
                    "inputs": "descriptors",
                    "taxonomy": "mood4",
                    "href": "/models/019aa0f3-0000-7000-8000-000000000000",
                },
                "label": None,
                "synthetic": False,
            }
        }
    )


class PendingResponse(BaseModel):
    """202: the track is on its way."""

    track_id: UUID
    stage: str
    state: str
    detail: str


class PageResponse(BaseModel, Generic[Row]):
    """Rows, and where the next ones are: null at the end."""

    items: list[Row]
    next: str | None


class TrackPage(PageResponse[TrackResponse]):
    """Tracks, and how many of the library wait for their prediction."""

    n_not_scored: int = Field(
        description="Tracks of the library that the champion can read and has not answered yet: it does so by itself"
    )
    n_missing: int = Field(description="Tracks of the library whose last file is gone: `missing=only` shows them")


def _decision_fields(decided: TrackDecision) -> dict[str, Any]:
    decision, predicted = decided.decision, decided.predicted
    return {
        "taxonomy": decided.taxonomy,
        "emotion": decision.answer,
        "decided_by": decision.decided_by,
        "predicted": predicted.emotion if predicted else None,
        "probability": round(predicted.probability, 6) if predicted else None,
        "basis": predicted.basis if predicted else None,
        "model_id": predicted.model_id if predicted else None,
    }


def _round_optional(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _round_shares(shares: Mapping[str, float]) -> dict[str, float]:
    return {emotion: round(share, 6) for emotion, share in shares.items()}
