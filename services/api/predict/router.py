"""`/predict`: the emotion of a song that mer does not know."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from services.api.deps import ApiPorts, HeadQuery, JobId, PortsDep, WantedModel, WantedSets
from services.api.jobs.service import job_response
from services.api.pending_responses import pending_job_response, wait_for_result
from services.api.predict.curve import compute_upload_curve
from services.api.predict.service import UploadResponse, accept_upload, has_ended, predict_upload, require_audio_models
from services.api.predict.uploads import FORM, receive_file
from services.api.schemas.job import JobResponse
from services.api.schemas.problem import ProblemDetails, ResponsesByStatus
from services.api.tracks.curve_schemas import UploadCurveResponse
from services.api.tracks.curve_service import require_window_versions
from shared.store.tracks.uploads import UploadRequest

router = APIRouter(prefix="/predict", tags=["predict"])

_IN_WORK: ResponsesByStatus = {
    202: {"model": JobResponse, "description": "Still in work: ask `/predict/<job id>` after `Retry-After` seconds"},
    422: {
        "model": ProblemDetails,
        "description": "The song cannot be decoded, is too short or silent; or no model hears",
    },
}


@router.post(
    "",
    responses={
        **_IN_WORK,
        404: {"model": ProblemDetails, "description": "There is no such model"},
        409: {"model": ProblemDetails},
        413: {"model": ProblemDetails, "description": "Larger than allowed"},
    },
    openapi_extra=FORM,
)
async def predict(
    request: Request,
    ports: PortsDep,
    wanted: WantedSets,
    taxonomy: HeadQuery = None,
    model: WantedModel = None,
    wait_s: Annotated[float, Query(ge=0, le=60, description="Seconds to wait for the answer")] = 10.0,
    keep: Annotated[bool, Query(description="Make it a track of the library; otherwise it is dropped")] = False,
    curve: Annotated[
        bool, Query(description="Also make what `/predict/<job id>/curve` needs, which takes some seconds more")
    ] = False,
) -> UploadResponse:
    """Send a song in any format that decodes and get its emotion, or its tags, or its valence and arousal.

    It is dropped after its analysis, unless kept.
    """
    models = await run_in_threadpool(require_audio_models, ports, taxonomy, model)
    versions = require_window_versions(models[0]) if curve else None
    song = await receive_file(request, limit_mb=ports.settings.upload_limit_mb)
    upload = UploadRequest(name=song.name, keep=keep, taxonomy=taxonomy, model_id=model, window_taggers=versions)
    job_id = await run_in_threadpool(accept_upload, ports, song, upload)
    prediction: UploadResponse | None = await wait_for_result(
        wait_s, partial(predict_upload, ports, job_id, wanted=wanted), is_ready=partial(has_ended, ports, job_id)
    )
    if prediction is None:
        return await run_in_threadpool(_pending_response, ports, job_id)
    return prediction


@router.get("/{job_id}", responses={**_IN_WORK, 404: {"model": ProblemDetails}})
def show_prediction(job_id: JobId, ports: PortsDep, wanted: WantedSets) -> UploadResponse:
    """The answer for a song that was sent in; it can be asked for during a day."""
    prediction = predict_upload(ports, job_id, wanted=wanted)
    return prediction or _pending_response(ports, job_id)


@router.get(
    "/{job_id}/curve",
    responses={
        **_IN_WORK,
        404: {"model": ProblemDetails},
        409: {"model": ProblemDetails, "description": "The model that answers has no curve, or none was asked for"},
    },
)
def show_upload_curve(job_id: JobId, ports: PortsDep, wanted: WantedSets) -> UploadCurveResponse:
    """How the emotion changes over a song that was sent in with `curve=true`, as of a track."""
    curve = compute_upload_curve(ports, job_id, wanted=wanted)
    return curve or _pending_response(ports, job_id)


def _pending_response(ports: ApiPorts, job_id: UUID) -> Any:
    return pending_job_response(job_response(ports, job_id), location=f"/predict/{job_id}")
