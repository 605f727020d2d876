"""`/predict`: the emotion of a song that mer does not know."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from services.api.deps import HeadQuery, JobId, Ports, PortsDep, WantedModel, WantedSets
from services.api.jobs.pending import RETRY_AFTER_S, answer_within
from services.api.jobs.service import job_document
from services.api.predict.service import SongDocument, answer_of, require_listener, take_in
from services.api.predict.uploads import FORM, receive
from services.api.schemas.common import JobDocument, Problem
from shared.store.tracks.uploads import Wish

router = APIRouter(prefix="/predict", tags=["predict"])

_IN_WORK: dict[int | str, dict[str, Any]] = {
    202: {"model": JobDocument, "description": "Still in work: ask `/predict/<job id>` after `Retry-After` seconds"},
    422: {"model": Problem, "description": "The song cannot be decoded, is too short or silent; or no model hears"},
}


@router.post(
    "",
    responses={**_IN_WORK, 409: {"model": Problem}, 413: {"model": Problem, "description": "Larger than allowed"}},
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
) -> SongDocument:
    """Send a song in any format that decodes and get its emotion, or its tags, or its valence and arousal.

    It is dropped after its analysis, unless kept.
    """
    await run_in_threadpool(require_listener, ports, taxonomy, model)
    song = await receive(request, limit_mb=ports.settings.upload_limit_mb)
    wish = Wish(name=song.name, keep=keep, taxonomy=taxonomy, model_id=model)
    job_id = await run_in_threadpool(take_in, ports, song, wish)
    found: SongDocument | None = await answer_within(wait_s, partial(answer_of, ports, job_id, wanted=wanted))
    if found is None:
        return await run_in_threadpool(_waiting, ports, job_id)
    return found


@router.get("/{job_id}", responses={**_IN_WORK, 404: {"model": Problem}})
def show_prediction(job_id: JobId, ports: PortsDep, wanted: WantedSets) -> SongDocument:
    """The answer for a song that was sent in; it can be asked for during a day."""
    found = answer_of(ports, job_id, wanted=wanted)
    return found or _waiting(ports, job_id)


def _waiting(ports: Ports, job_id: UUID) -> Any:
    headers = {"Retry-After": str(RETRY_AFTER_S), "Location": f"/predict/{job_id}"}
    return JSONResponse(job_document(ports, job_id).model_dump(mode="json"), 202, headers=headers)
