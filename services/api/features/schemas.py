"""What the API shows of features, packs and variants."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.access.shown_paths import ShownText
from services.api.schemas.vocabulary import FeatureStateName, ValueStatusName
from shared.domain.catalogue import COMPUTED, COMPUTED_COLUMNS, NULL_REASONS, ValueStatus
from shared.domain.learned_columns import ShownColumns
from shared.json_objects import JsonObject
from shared.store.features.learned_columns import LearnedValues
from shared.store.tables import ArrayRow, CatalogueFeatures, FeatureSet, FeatureSpecRow, Pack

VALUE_BYTES = 2
"""Arrays are stored as float16."""


class DescriptorResponse(BaseModel):
    """One descriptor."""

    name: str
    value: float
    unit: str | None


class ArrayResponse(BaseModel):
    """A stored array."""

    excerpt: str
    shape: list[int]
    dtype: str
    scale: str
    starts_s: list[float] = Field(description="Where each excerpt begins in the clip, in seconds")

    @classmethod
    def from_row(cls, row: ArrayRow) -> "ArrayResponse":
        """The response for an array row."""
        starts_s = row.starts_s if row.starts_s is not None else [row.start_s]
        return cls(excerpt=row.excerpt, shape=row.shape, dtype=row.dtype, scale=row.scale, starts_s=starts_s)


class CatalogueResponse(BaseModel):
    """The catalogue columns as one origin gives them."""

    origin: str
    spec: str | None = Field(description="Of computed ones, the feature spec")
    values: dict[str, float | None]
    statuses: dict[str, ValueStatusName] = Field(description="measured, learned, proxy, delivered or null")
    reasons: dict[str, str] = Field(description="Why computed columns are null, by column")

    @classmethod
    def from_row(cls, row: CatalogueFeatures, *, learned: LearnedValues | None) -> "CatalogueResponse":
        """The response for a catalogue row of a track that may have learned columns."""
        shown = show_columns(row, learned=learned)
        return cls(
            origin=row.origin,
            spec=row.spec or None,
            values=dict(shown.values),
            statuses=dict(shown.statuses),
            reasons=dict(shown.reasons),
        )


class TrackFeaturesResponse(BaseModel):
    """Everything that was computed from the audio of a track."""

    track_id: UUID
    state: FeatureStateName = Field(description="ready, failed, or absent")
    spec: str
    reason: str | None
    detail: ShownText | None
    duration_s: float | None
    n_damaged_packets: int | None
    seconds_lost: float | None = Field(description="Of the clip, what could not be decoded")
    audio_sha256: str | None
    made_at: datetime | None
    descriptors: list[DescriptorResponse]
    arrays: list[ArrayResponse]
    catalogue: list[CatalogueResponse]
    outdated: list[str] = Field(
        description="Stages that were computed by another version only: `POST /features/recompute` computes them"
    )

    @classmethod
    def from_rows(
        cls,
        track_id: UUID,
        spec: str,
        row: FeatureSet | None,
        *,
        declared: FeatureSpecRow | None,
        arrays: list[ArrayRow],
        catalogue: list[CatalogueFeatures],
        learned: LearnedValues | None,
        outdated: list[str],
    ) -> "TrackFeaturesResponse":
        """The response for the features of a track by `spec`, or by another with the same stages."""
        fields = ("reason", "detail", "duration_s", "n_damaged_packets", "seconds_lost", "audio_sha256", "made_at")
        return cls(
            track_id=track_id,
            state=row.state if row else "absent",
            spec=row.spec if row else spec,
            **{name: getattr(row, name) if row else None for name in fields},
            descriptors=_list_descriptors(row, declared),
            arrays=[ArrayResponse.from_row(array) for array in arrays],
            catalogue=[CatalogueResponse.from_row(catalogue_row, learned=learned) for catalogue_row in catalogue],
            outdated=outdated,
        )


class StoredArraysResponse(BaseModel):
    """Arrays of one kind."""

    excerpt: str
    n_tracks: int
    n_bytes: int


class VariantCountsResponse(BaseModel):
    """Augmented variants by one transform."""

    transform: str
    n_tracks: int
    n_variants: int


class PackResponse(BaseModel):
    """Arrays of many tracks in a few files."""

    id: UUID
    kind: str
    spec: str
    n_tracks: int
    n_arrays: int
    n_shards: int
    n_bytes: int
    summary: JsonObject
    manifest_key: str
    manifest_sha256: str
    created_at: datetime

    @classmethod
    def from_row(cls, row: Pack) -> "PackResponse":
        """The response for a pack row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class StageStatusResponse(BaseModel):
    """How the tracks stand in one stage of the analysis."""

    fingerprint: str = Field(description="Of the version of today: models that read it share it")
    n_ready: int = Field(description="Tracks with values of this version")
    n_outdated: int = Field(description="Tracks with values of other versions only")
    n_lacking: int | None = Field(
        default=None,
        description="Of an audio tagger: analysed tracks with their audio that it is still to be asked about; of the "
        "learned columns: tracks that have all that they are made from; null of the stages of the spec",
    )


class TaggerProblemResponse(BaseModel):
    """Why an audio tagger of the owner's is left out."""

    tagger: str
    reason: str
    detail: ShownText


class FeatureStatusResponse(BaseModel):
    """How the features of all tracks stand under the spec of today."""

    spec: str
    n_tracks: int
    n_ready: int
    n_failed: int
    n_missing: int = Field(description="With a file, and not computed under this spec")
    n_without_audio: int
    stages: dict[str, StageStatusResponse] = Field(description="By stage: models go on where theirs is not outdated")
    not_music: dict[str, int] = Field(
        default={}, description="What is heard in them → tracks that are no music, by YAMNet; whoever gave them a mood"
    )
    n_without_waveform: int | None = Field(
        description="Of the ready ones with audio, whose samples are not stored; null where they are not to be"
    )
    stored: list[StoredArraysResponse]
    variants: list[VariantCountsResponse]
    packs: list[PackResponse]
    tagger_problems: list[TaggerProblemResponse] = Field(
        default=[], description="Spec files of audio taggers that cannot be used; `mer doctor` reads their graphs too"
    )


class RecomputePlanResponse(BaseModel):
    """What a recomputation would do."""

    spec: str
    n_tracks: int = Field(description="All that there are")
    n_to_compute: int = Field(description="With their audio there")
    n_carried_over: int = Field(description="Of these, whose values all still stand: they cost no analysis")
    n_audio_gone: int = Field(description="Whose audio is not there any more: they keep their old features only")
    stages: dict[str, int] = Field(description="How many tracks have each stage of the analysis to do")
    n_tags_only: int = Field(
        default=0, description="Of `n_to_compute`, whose features stand, and that lack values of audio taggers"
    )
    tagging_s_a_track: float | None = Field(
        default=None,
        description="Seconds of one process for each of these, decoding included; null without any",
    )
    is_tagging_measured: bool = Field(
        default=False, description="Whether that was measured here; otherwise it is what the taggers declare"
    )
    seconds_a_track: float | None = Field(description="Measured on the latest analyses; null before there was one")
    n_processes: int | None = Field(description="How many processes the latest job was worked on by")
    takes_s: float | None
    said: str


def show_columns(row: CatalogueFeatures, *, learned: LearnedValues | None) -> ShownColumns:
    """The columns of a row; learned ones stand in place of computed ones."""
    columns = ShownColumns(
        values={name: getattr(row, name) for name in COMPUTED_COLUMNS},
        statuses=catalogue_statuses(row),
        reasons=null_reasons(row),
    )
    return columns.replace_proxies(learned, origin=row.origin)


def catalogue_statuses(row: CatalogueFeatures) -> dict[str, str]:
    """What each value of a row is worth; nobody here measured what a table or a web source delivered."""
    stored_statuses = row.statuses or {}
    unstored = ValueStatus.MEASURED if row.origin == COMPUTED else ValueStatus.DELIVERED
    return {
        name: stored_statuses.get(name) or (ValueStatus.NULL if getattr(row, name) is None else unstored).value
        for name in COMPUTED_COLUMNS
    }


def null_reasons(row: CatalogueFeatures) -> dict[str, str]:
    """Why computed columns of a row are null; nothing of one that somebody delivered."""
    if row.origin != COMPUTED:
        return {}
    return {
        name: NULL_REASONS[name] for name in COMPUTED_COLUMNS if getattr(row, name) is None and name in NULL_REASONS
    }


def _list_descriptors(row: FeatureSet | None, declared: FeatureSpecRow | None) -> list[DescriptorResponse]:
    if row is None or row.descriptors is None or declared is None:
        return []
    names = declared.descriptor_names
    units = declared.descriptor_units or [None] * len(names)
    return [
        DescriptorResponse(name=name, value=value, unit=unit)
        for name, value, unit in zip(names, row.descriptors, units, strict=True)
    ]
