"""`/tracks/{id}/similar` and `/similar`: tracks like a track, or like a song that mer does not know."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import TypeAdapter

from services.api.deps import (
    TEXT,
    TRACK_RESPONSES,
    ApiPorts,
    JobId,
    MissingQuery,
    PortsDep,
    TaxonomyQuery,
    TrackId,
    parse_model_id,
)
from services.api.jobs.service import job_response
from services.api.pending_responses import pending_job_response, pending_response, wait_for_result
from services.api.predict.service import accept_upload, has_ended
from services.api.predict.uploads import FORM, receive_file
from services.api.schemas.job import JobResponse
from services.api.schemas.problem import ProblemDetails, ResponsesByStatus
from services.api.schemas.request_values import EmotionName
from services.api.similar.schemas import SimilarTracksResponse
from services.api.similar.service import (
    SimilarRequest,
    SimilarResult,
    build_decision_rule,
    find_like_upload,
)
from services.api.similar.track_search import search_like_track
from services.api.tracks.unscored import PendingTrack
from shared.similarity.library_projections import DESCRIPTORS, TAGGERS
from shared.store.tracks.missing_tracks import MissingWanted
from shared.store.tracks.uploads import UploadRequest

router = APIRouter(tags=["similar"])

_RESPONSE = TypeAdapter(SimilarTracksResponse)
_REFUSALS: ResponsesByStatus = {
    202: {"model": JobResponse, "description": "Something has to end first: ask again after `Retry-After` seconds"},
    404: {"model": ProblemDetails},
    409: {"model": ProblemDetails, "description": "Nothing was computed from its audio yet"},
    422: {"model": ProblemDetails, "description": "No such emotion, or a model that does not place tracks"},
}


async def _similar_query(
    taxonomy: TaxonomyQuery = None,
    emotion: Annotated[EmotionName | None, Query(description="Only tracks that are decided so", pattern=TEXT)] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Tracks")] = 20,
    per_artist: Annotated[int, Query(ge=1, le=200, description="Tracks of one artist at most")] = 1,
    other_artists: Annotated[
        bool, Query(description="None by the artist of the track that is asked about, under whatever spelling")
    ] = False,
    by: Annotated[
        str | None,
        Query(
            pattern=TEXT,
            description="`taggers`, `descriptors`, or a network's id; default: a champion that places tracks, else "
            "taggers where they have described this track and the library, else descriptors",
        ),
    ] = None,
    missing: MissingQuery = MissingWanted.NO,
) -> SimilarRequest:
    measured = by if by in {None, DESCRIPTORS, TAGGERS} else parse_model_id(by)
    return SimilarRequest(
        taxonomy=taxonomy,
        emotion=emotion,
        limit=limit,
        per_artist=per_artist,
        by=measured,
        other_artists=other_artists,
        missing=missing,
    )


WantedQuery = Annotated[SimilarRequest, Depends(_similar_query)]


@router.get(
    "/tracks/{track_id}/similar",
    responses={**TRACK_RESPONSES, **_REFUSALS},
)
def show_similar(track_id: TrackId, ports: PortsDep, wanted: WantedQuery) -> SimilarTracksResponse:
    """Tracks that sound like a track, the nearest first: never itself, nor what may be the same recording."""
    result = search_like_track(ports, track_id, wanted)
    if isinstance(result, SimilarTracksResponse):
        # as FastAPI writes it, without another thread for that
        return Response(_RESPONSE.dump_json(result), media_type="application/json")  # type: ignore[return-value]
    if isinstance(result, PendingTrack):
        return pending_response(track_id, result.stage, result.state)  # type: ignore[return-value]
    return _respond(ports, result)


@router.post(
    "/similar",
    responses={**_REFUSALS, 413: {"model": ProblemDetails, "description": "Larger than allowed"}},
    openapi_extra=FORM,
)
async def find_similar(
    request: Request,
    ports: PortsDep,
    wanted: WantedQuery,
    wait_s: Annotated[float, Query(ge=0, le=60, description="Seconds to wait for the answer")] = 10.0,
) -> SimilarTracksResponse:
    """Send a song in any format that decodes and get tracks that sound like it. It is dropped after its analysis."""
    await run_in_threadpool(partial(build_decision_rule, ports, wanted, synthetic=False))
    song = await receive_file(request, limit_mb=ports.settings.upload_limit_mb)
    job_id = await run_in_threadpool(
        accept_upload, ports, song, UploadRequest(name=song.name, keep=False, taxonomy=None, model_id=None)
    )
    result: SimilarResult | None = await wait_for_result(
        wait_s, partial(find_like_upload, ports, job_id, wanted), is_ready=partial(has_ended, ports, job_id)
    )
    return await run_in_threadpool(_respond, ports, result, job_id)


@router.get("/similar/{job_id}", responses=_REFUSALS)
def show_similar_to_upload(job_id: JobId, ports: PortsDep, wanted: WantedQuery) -> SimilarTracksResponse:
    """The answer for a song that was sent in here or to `/predict`; it can be asked for during a day."""
    return _respond(ports, find_like_upload(ports, job_id, wanted), job_id)


def _respond(ports: ApiPorts, result: SimilarResult | None, upload_job: UUID | None = None) -> SimilarTracksResponse:
    if isinstance(result, SimilarTracksResponse):
        return result
    job_id = result if isinstance(result, UUID) else upload_job
    assert job_id is not None
    location = f"/similar/{upload_job}" if upload_job else f"/jobs/{job_id}"
    return pending_job_response(job_response(ports, job_id), location=location)  # type: ignore[return-value]
