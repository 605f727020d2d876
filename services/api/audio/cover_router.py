"""`/tracks/<id>/cover`: the picture that belongs to a track."""

from enum import IntEnum
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api.audio.media_service import PendingMedia, find_media
from services.api.deps import TRACK_RESPONSES, PortsDep, TrackId
from services.api.pending_responses import PENDING, pending_response
from services.api.schemas.problem import ProblemDetails
from shared.domain.job import Stage
from shared.domain.media import COVERS

router = APIRouter(prefix="/tracks", tags=["tracks"])


class CoverSize(IntEnum):
    """Pixels of the longer side."""

    SMALL = 96
    LARGE = 480


@router.get(
    "/{track_id}/cover",
    response_class=Response,
    responses={
        **TRACK_RESPONSES,
        **PENDING,
        200: {
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
            "description": "A JPEG file without metadata",
        },
        403: {"model": ProblemDetails, "description": "The file may not be read by the service"},
        404: {"model": ProblemDetails, "description": "There is no such track, or it has no file or no cover"},
        409: {"model": ProblemDetails, "description": "The file has changed since it was analysed"},
        422: {"model": ProblemDetails, "description": "The file cannot be read, or `size` is not one of the two"},
    },
)
def get_track_cover(
    track_id: TrackId,
    ports: PortsDep,
    size: Annotated[
        CoverSize, Query(description="Pixels of the longer side, at most: smaller pictures stay as they are")
    ] = CoverSize.LARGE,
) -> Response:
    """The picture in the file of a track, or else `cover.*` or `folder.*` (JPEG, PNG, WebP) beside it.

    It is looked for when somebody asks for the first time: 202 with `Retry-After` until then. Where there is none it is
    not looked for again until the file changes (404, `no_cover`). Nothing is fetched from elsewhere.
    """
    row = find_media(ports, track_id, COVERS[size])
    if isinstance(row, PendingMedia):
        return pending_response(track_id, Stage.MEDIA, row.state)
    return Response(row.content, media_type="image/jpeg", headers={"ETag": f'"{row.sha256}"'})
