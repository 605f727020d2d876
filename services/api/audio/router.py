"""`/tracks/<id>/audio`: a track as a browser plays it."""

from fastapi import APIRouter, Response

from services.api.audio.media_service import PendingMedia
from services.api.audio.media_type import FLAC, M4A, MP3, OGG, WAV
from services.api.audio.opened_file import OpenedFileResponse
from services.api.audio.service import open_audio
from services.api.deps import TRACK_RESPONSES, PortsDep, TrackId
from services.api.pending_responses import PENDING, pending_response
from services.api.schemas.problem import ProblemDetails
from shared.domain.job import Stage
from shared.json_objects import JsonObject

router = APIRouter(prefix="/tracks", tags=["tracks"])

_SOUND: JsonObject = {name: {"schema": {"type": "string", "format": "binary"}} for name in (MP3, FLAC, OGG, WAV, M4A)}


@router.get(
    "/{track_id}/audio",
    response_class=Response,
    responses={
        **TRACK_RESPONSES,
        **PENDING,
        200: {"content": _SOUND, "description": "The file, or its copy in Opus"},
        206: {
            "content": {**_SOUND, "multipart/byteranges": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The bytes that `Range` asks for",
        },
        400: {"model": ProblemDetails, "description": "`Range` cannot be read"},
        403: {"model": ProblemDetails, "description": "The file may not be read by the service"},
        409: {"model": ProblemDetails, "description": "The file has changed since it was analysed"},
        416: {"model": ProblemDetails, "description": "The file has no such bytes"},
        422: {"model": ProblemDetails, "description": "No copy could be made of the file"},
    },
)
def get_track_audio(track_id: TrackId, ports: PortsDep) -> Response:
    """The file of a track as it lies in the library, streamed: whole, or the bytes that `Range` asks for.

    It is sent only as long as it is the file that was analysed. All browsers play MP3, AAC in M4A, FLAC, Ogg Vorbis,
    Opus and WAV. A file of another format is sent as a copy in Opus, which is made when somebody asks for the first
    time: 202 with `Retry-After` until then. Clips of web sources are not kept, so they cannot be played.
    """
    playable = open_audio(ports, track_id)
    if isinstance(playable, PendingMedia):
        return pending_response(track_id, Stage.MEDIA, playable.state)
    return OpenedFileResponse(playable.file, media_type=playable.media_type, etag=playable.etag)
