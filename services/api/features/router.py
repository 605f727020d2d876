"""`/features`: how the features of all tracks stand, recomputing, packs and augmented variants."""

from dataclasses import asdict
from typing import Annotated, Self

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.api.deps import IdempotencyKey, PortsDep, TrackId, surviving_track
from services.api.errors import no_features, not_scorable
from services.api.features.recompute_plan import plan
from services.api.features.schemas import (
    VALUE_BYTES,
    FeatureStatusDocument,
    PackDocument,
    RecomputePlanDocument,
    StageStatusDocument,
    StoredDocument,
    TrackFeaturesDocument,
    VariantsDocument,
)
from services.api.features.spectrogram import draw_mel
from services.api.jobs.pending import in_work
from services.api.jobs.service import start_items, start_job
from services.api.schemas.common import InWorkDocument, JobDocument, Problem
from shared.bus.routes import Task
from shared.domain.augmentation import MAX_COPIES, TRANSFORMS, AugmentRequest
from shared.domain.job import JobKind, Stage
from shared.domain.stages import stages
from shared.inference.model_inputs import EXCERPT_STACK, TALK_EXCERPT, WAVEFORM, load_array
from shared.store.features.coverage import FeatureCensus
from shared.store.features.repository import Features
from shared.store.jobs.items import JobItems
from shared.store.jobs.repository import NewItem

router = APIRouter(tags=["features"])

KINDS = (TALK_EXCERPT, EXCERPT_STACK, WAVEFORM)
_STARTS_A_JOB = {409: {"model": Problem}, 422: {"model": Problem}}


class RecomputeBody(BaseModel):
    """What to recompute."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"failed": False}})
    failed: bool = Field(default=False, description="Also the tracks that could not be analysed under this spec")


class PackBody(BaseModel):
    """What to pack."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"kind": TALK_EXCERPT}})
    kind: str = Field(default=TALK_EXCERPT, description=f"One of {', '.join(KINDS)}")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.kind not in KINDS:
            raise ValueError(f"there is no kind {self.kind!r}; known are {', '.join(KINDS)}")
        return self


class AugmentBody(BaseModel):
    """Which variants to make of every track that has features and a file."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"variants": ["time_stretch", "pitch_shift"], "copies": 2}}
    )
    variants: list[str] = Field(default=list(TRANSFORMS), description=f"Some of {', '.join(TRANSFORMS)}")
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    copies: int = Field(default=1, ge=1, le=MAX_COPIES, description="Of every track, by each of the transforms")

    @model_validator(mode="after")
    def _known(self) -> Self:
        self.request()
        return self

    def request(self) -> AugmentRequest:
        """The body as a job keeps it."""
        return AugmentRequest(variants=tuple(self.variants), seed=self.seed, copies=self.copies)


_RECOMPUTE, _PACK, _AUGMENT = RecomputeBody(), PackBody(), AugmentBody()
"""What a request without a body asks for."""


@router.get("/features/status")
def show_status(ports: PortsDep) -> FeatureStatusDocument:
    """How many tracks have features under the spec of today, what is stored, and which packs there are."""
    spec = ports.spec.fingerprint
    with ports.store.read() as session:
        census = FeatureCensus(session, spec=spec)
        counted, stored, variants, packs = census.count(), census.stored_arrays(), census.variants(), census.packs()
        n_without_waveform = census.n_without_waveform() if ports.features.store_waveforms else None
        by_stage = census.by_stage(stages(ports.spec))
    return FeatureStatusDocument(
        spec=spec,
        **asdict(counted),
        stages={stage: StageStatusDocument(**asdict(count)) for stage, count in by_stage.items()},
        n_without_waveform=n_without_waveform,
        stored=[StoredDocument(excerpt=e, n_tracks=n, n_bytes=VALUE_BYTES * values) for e, n, values in stored],
        variants=[VariantsDocument(transform=t, n_tracks=n, n_variants=number) for t, n, number in variants],
        packs=[PackDocument.of(row) for row in packs],
    )


@router.get("/features/recompute")
def plan_recompute(
    ports: PortsDep, failed: Annotated[bool, Query(description="Count tracks that failed as well")] = False
) -> RecomputePlanDocument:
    """What `POST /features/recompute` would do, and how long it would take at the measured rate. Changes nothing."""
    return plan(ports, failed=failed)


@router.post("/features/recompute", status_code=202, responses={409: {"model": Problem}})
def recompute(
    response: Response,
    ports: PortsDep,
    body: Annotated[RecomputeBody, Body()] = _RECOMPUTE,
    idempotency_key: IdempotencyKey = None,
) -> JobDocument:
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
    body: Annotated[PackBody, Body()] = _PACK,
    idempotency_key: IdempotencyKey = None,
) -> JobDocument:
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
    body: Annotated[AugmentBody, Body()] = _AUGMENT,
    idempotency_key: IdempotencyKey = None,
) -> JobDocument:
    """Make augmented variants of every track, for training only, and pack them."""
    params = body.request().to_params()
    return start_job(
        ports,
        JobKind.AUGMENT,
        params,
        task=Task.LIST_VARIANTS,
        idempotency_key=idempotency_key,
        response=response,
    )


@router.get("/tracks/{track_id}/features", responses={404: {"model": Problem}})
def show_features(track_id: TrackId, ports: PortsDep) -> TrackFeaturesDocument:
    """What was computed from a track: descriptors with units, arrays, and catalogue values with what they are worth."""
    spec = ports.spec.fingerprint
    with ports.store.read() as session:
        surviving_track(session, track_id)
        features = Features(session, spec=spec)
        arrays = [found[track_id] for kind in KINDS if track_id in (found := features.arrays([track_id], excerpt=kind))]
        return TrackFeaturesDocument.of(
            track_id,
            spec,
            features.many([track_id]).get(track_id),
            declared=features.declared(),
            arrays=arrays,
            catalogue=[row for _, row in features.shown_catalogue([track_id])],
            outdated=features.outdated_stages(track_id, stages=stages(ports.spec)),
        )


@router.get(
    "/tracks/{track_id}/spectrogram.png",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {}}},
        202: {"model": InWorkDocument, "description": "Still in work: ask again after `Retry-After` seconds"},
        404: {"model": Problem},
        409: {"model": Problem, "description": "Nothing was computed yet"},
        422: {"model": Problem, "description": "This track could not be analysed"},
    },
)
def show_spectrogram(track_id: TrackId, ports: PortsDep) -> Response:
    """The stored mel spectrogram of the talk's excerpt as a picture: seconds, Hz, and a colour bar in dB."""
    with ports.store.read() as session:
        track = surviving_track(session, track_id)
        features = Features(session, spec=ports.spec.fingerprint)
        row, found = features.arrays([track_id]).get(track_id), features.many([track_id]).get(track_id)
        at = JobItems(session).open_stage_of(track_id)
    if row is not None:
        title = " – ".join(filter(None, (track.artist, track.title))) or str(track_id)
        png = draw_mel(load_array(ports.blobs, row), spec=ports.spec.mel, start_s=row.start_s, title=title)
        return Response(png, media_type="image/png", headers={"ETag": f'"{row.sha256}"'})
    if at is not None:
        return in_work(track_id, *at)
    if found is not None and found.reason is not None:
        raise not_scorable(found.reason, f"this track has no spectrogram: {found.detail}")
    raise no_features(track_id)
