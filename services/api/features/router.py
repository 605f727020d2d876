"""`/features`: which tracks have features, recomputing, packs and augmented variants."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Self

from fastapi import APIRouter, Body, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.api.deps import TRACK_RESPONSES, IdempotencyKey, PortsDep, TrackId, require_surviving_track
from services.api.errors import no_features, not_scorable
from services.api.features.recompute_plan import estimate_recompute
from services.api.features.schemas import (
    VALUE_BYTES,
    FeatureStatusResponse,
    PackResponse,
    RecomputePlanResponse,
    StageStatusResponse,
    StoredArraysResponse,
    TaggerProblemResponse,
    TrackFeaturesResponse,
    VariantCountsResponse,
)
from services.api.features.spectrogram import draw_mel
from services.api.jobs.service import start_items, start_job
from services.api.pending_responses import PENDING, pending_response
from services.api.schemas.job import JobResponse
from services.api.schemas.problem import ProblemDetails
from services.api.schemas.request_values import WholeNumber
from services.api.schemas.vocabulary import list_words
from shared.bus.routes import Task
from shared.domain.accepted_names import PACK_NAMES, to_stored_name
from shared.domain.augmentation import MAX_COPIES, TRANSFORMS, AugmentRequest
from shared.domain.job import JobKind, Stage
from shared.domain.learned_columns import LEARNED_SPEC, LEARNED_STAGE
from shared.domain.stages import list_stages
from shared.domain.taggers import TaggerSpec, list_versions
from shared.inference.model_inputs import DEFAULT_EXCERPT, EXCERPT_STACK, WAVEFORM, load_array
from shared.store.features.tagger_outputs import TaggerVersions
from shared.store.jobs.repository import NewItem
from shared.store.repositories import Repositories

router = APIRouter(tags=["features"])

KINDS = (DEFAULT_EXCERPT, EXCERPT_STACK, WAVEFORM)
_STARTS_A_JOB = {409: {"model": ProblemDetails}, 422: {"model": ProblemDetails}}


class RecomputeRequest(BaseModel):
    """What to recompute."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": {"failed": False}})
    failed: bool = Field(default=False, description="Also the tracks that could not be analysed under this spec")


class PackRequest(BaseModel):
    """What to pack."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": {"kind": DEFAULT_EXCERPT}})
    kind: Annotated[
        str, AfterValidator(lambda name: to_stored_name(name, PACK_NAMES)), list_words(*KINDS, *PACK_NAMES)
    ] = Field(default=DEFAULT_EXCERPT, description=f"One of {', '.join(KINDS)}; talk may also be called excerpt")

    @model_validator(mode="after")
    def _check_known(self) -> Self:
        if self.kind not in KINDS:
            raise ValueError(f"there is no kind {self.kind!r}; known are {', '.join(KINDS)}")
        return self


class StartAugmentationRequest(BaseModel):
    """Which variants to make of every track that has features and a file."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"variants": ["time_stretch", "pitch_shift"], "copies": 2}},
    )
    variants: list[Annotated[str, list_words(*TRANSFORMS)]] = Field(
        default=list(TRANSFORMS),
        description=f"Some of {', '.join(TRANSFORMS)}",
        json_schema_extra={"minItems": 1, "uniqueItems": True},
    )
    seed: WholeNumber = Field(default=0, ge=0, le=2**31 - 1)
    copies: WholeNumber = Field(default=1, ge=1, le=MAX_COPIES, description="Of every track, by each of the transforms")

    @model_validator(mode="after")
    def _check_known(self) -> Self:
        self.to_request()
        return self

    def to_request(self) -> AugmentRequest:
        """The body as a job keeps it."""
        return AugmentRequest(variants=tuple(self.variants), seed=self.seed, copies=self.copies)


_RECOMPUTE, _PACK, _AUGMENT = RecomputeRequest(), PackRequest(), StartAugmentationRequest()
"""What a request without a body asks for."""


@router.get("/features/status")
def show_status(ports: PortsDep) -> FeatureStatusResponse:
    """How many tracks have features under the spec of today, what is stored, and which packs there are."""
    spec = ports.spec.fingerprint
    with ports.store.read() as repositories:
        coverage = repositories.feature_coverage(spec=spec)
        counts, stored, variants, packs = (
            coverage.count_tracks(),
            coverage.count_stored_arrays(),
            coverage.count_variants(),
            coverage.list_packs(),
        )
        n_without_waveform = coverage.count_without_waveform() if ports.features.store_waveforms else None
        by_stage = coverage.count_by_stage(list_stages(ports.spec))
        not_music = repositories.tagger_outputs.count_content_kinds()
        by_tagger = _count_tagged(repositories, list_versions(ports.features.stored_taggers))
        by_tagger |= _count_learned(repositories, spec=spec, taggers=ports.features.stored_taggers)
    return FeatureStatusResponse(
        spec=spec,
        **asdict(counts),
        stages={stage: StageStatusResponse(**asdict(count)) for stage, count in by_stage.items()} | by_tagger,
        not_music=dict(sorted(not_music.items())),
        n_without_waveform=n_without_waveform,
        stored=[StoredArraysResponse(excerpt=e, n_tracks=n, n_bytes=VALUE_BYTES * values) for e, n, values in stored],
        variants=[VariantCountsResponse(transform=t, n_tracks=n, n_variants=number) for t, n, number in variants],
        packs=[PackResponse.from_row(row) for row in packs],
        tagger_problems=[
            TaggerProblemResponse(tagger=tagger, reason=problem.reason.value, detail=problem.detail)
            for tagger, problem in ports.features.tagger_problems.items()
        ],
    )


@router.get("/features/recompute")
def plan_recompute(
    ports: PortsDep, failed: Annotated[bool, Query(description="Count tracks that failed as well")] = False
) -> RecomputePlanResponse:
    """What `POST /features/recompute` would do, and how long it would take at the measured rate. Changes nothing."""
    return estimate_recompute(ports, failed=failed)


@router.post("/features/recompute", status_code=202, responses={409: {"model": ProblemDetails}})
def recompute(
    response: Response,
    ports: PortsDep,
    body: Annotated[RecomputeRequest, Body()] = _RECOMPUTE,
    idempotency_key: IdempotencyKey = None,
) -> JobResponse:
    """Compute what is missing under the spec of today. What still stands is carried over. Watch it at `/jobs/<id>`."""
    return start_job(
        ports,
        JobKind.RECOMPUTE,
        body.model_dump(),
        task=Task.LIST_STALE,
        idempotency_key=idempotency_key,
        response=response,
    )


@router.post("/features/pack", status_code=202, responses=_STARTS_A_JOB)  # type: ignore[arg-type]
def pack(
    response: Response,
    ports: PortsDep,
    body: Annotated[PackRequest, Body()] = _PACK,
    idempotency_key: IdempotencyKey = None,
) -> JobResponse:
    """Write the arrays of all tracks into a few files that training maps into memory."""
    kind = body.kind
    items = [NewItem(f"pack {kind}", {"kind": kind})]
    params = {"kind": kind, "spec": ports.spec.fingerprint}
    return start_items(
        ports, JobKind.PACK, params, stage=Stage.PACK, items=items, idempotency_key=idempotency_key, response=response
    )


@router.post("/features/augment", status_code=202, responses=_STARTS_A_JOB)  # type: ignore[arg-type]
def augment(
    response: Response,
    ports: PortsDep,
    body: Annotated[StartAugmentationRequest, Body()] = _AUGMENT,
    idempotency_key: IdempotencyKey = None,
) -> JobResponse:
    """Make augmented variants of every track, for training only, and pack them."""
    params = body.to_request().to_params()
    return start_job(
        ports,
        JobKind.AUGMENT,
        params,
        task=Task.LIST_VARIANTS,
        idempotency_key=idempotency_key,
        response=response,
    )


@router.get("/tracks/{track_id}/features", responses=TRACK_RESPONSES)
def show_features(track_id: TrackId, ports: PortsDep) -> TrackFeaturesResponse:
    """What was computed from a track: descriptors with units, arrays, and catalogue values with what they are worth."""
    spec = ports.spec.fingerprint
    with ports.store.read() as repositories:
        require_surviving_track(repositories, track_id)
        features = repositories.features(spec=spec)
        arrays = [
            by_track[track_id]
            for kind in KINDS
            if track_id in (by_track := features.list_arrays([track_id], excerpt=kind))
        ]
        return TrackFeaturesResponse.from_rows(
            track_id,
            spec,
            features.list_by_track([track_id]).get(track_id),
            declared=features.get_declared(),
            arrays=arrays,
            catalogue=[row for _, row in repositories.catalogue_features(spec=spec).list_shown_catalogue([track_id])],
            learned=repositories.learned_columns(spec=spec).list_by_track([track_id]).get(track_id),
            outdated=features.list_outdated_stages(track_id, stages=list_stages(ports.spec)),
        )


@router.get(
    "/tracks/{track_id}/spectrogram.png",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {}}},
        **PENDING,
        **TRACK_RESPONSES,
        409: {"model": ProblemDetails, "description": "Nothing was computed yet"},
        422: {"model": ProblemDetails, "description": "This track could not be analysed"},
    },
)
def show_spectrogram(track_id: TrackId, ports: PortsDep) -> Response:
    """The stored mel spectrogram of the talk's excerpt as a picture: seconds, Hz, and a colour bar in dB."""
    with ports.store.read() as repositories:
        track = require_surviving_track(repositories, track_id)
        features = repositories.features(spec=ports.spec.fingerprint)
        row = features.list_arrays([track_id]).get(track_id)
        feature_set = features.list_by_track([track_id]).get(track_id)
        open_stage = repositories.job_items.get_open_stage(track_id)
    if row is not None:
        title = " – ".join(filter(None, (track.artist, track.title))) or str(track_id)
        png = draw_mel(load_array(ports.blobs, row), spec=ports.spec.mel, start_s=row.start_s, title=title)
        return Response(png, media_type="image/png", headers={"ETag": f'"{row.sha256}"'})
    if open_stage is not None:
        return pending_response(track_id, *open_stage)
    if feature_set is not None and feature_set.reason is not None:
        raise not_scorable(feature_set.reason, f"this track has no spectrogram: {feature_set.detail}")
    raise no_features(track_id)


def _count_tagged(repositories: Repositories, versions: TaggerVersions) -> dict[str, StageStatusResponse]:
    """By tagger that is switched on, how the tracks stand in it."""
    outputs = repositories.tagger_outputs
    n_ready, n_outdated = outputs.count_by_tagger(versions=versions), outputs.count_outdated(versions=versions)
    return {
        tagger: StageStatusResponse(
            fingerprint=fingerprint,
            n_ready=n_ready[tagger],
            n_outdated=n_outdated[tagger],
            n_lacking=outputs.count_lacking(versions={tagger: fingerprint}),
        )
        for tagger, fingerprint in versions.items()
    }


def _count_learned(
    repositories: Repositories, *, spec: str, taggers: Sequence[TaggerSpec]
) -> dict[str, StageStatusResponse]:
    """How the tracks stand in the learned columns, where all taggers that they are made from are switched on."""
    if not set(LEARNED_SPEC.taggers) <= set(taggers):
        return {}
    columns = repositories.learned_columns(spec=spec)
    return {
        LEARNED_STAGE: StageStatusResponse(
            fingerprint=columns.fingerprint,
            n_ready=columns.count_ready(),
            n_outdated=columns.count_outdated(),
            n_lacking=columns.count_lacking(),
        )
    }
