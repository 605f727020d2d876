"""`/tracks/<id>/peaks`: the waveform of a track, for a player to draw."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.api.audio.media_service import PendingMedia, find_media
from services.api.deps import TRACK_RESPONSES, PortsDep, TrackId
from services.api.pending_responses import PENDING, pending_response
from services.api.schemas.problem import ProblemDetails
from shared.domain.job import Stage
from shared.domain.media import MOST_PEAKS_PER_S, N_PEAKS, PEAK_SCALE, MediaKind

router = APIRouter(prefix="/tracks", tags=["tracks"])


class TrackPeaksResponse(BaseModel):
    """The largest absolute sample of any channel in stretches of equal length."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "track_id": "01a2047e-efa6-7202-a43d-270ca9b6dba5",
                "duration_s": 214.267,
                "n_peaks": 4,
                "peaks": [0.125, 0.812, 1.0, 0.471],
            }
        }
    )
    track_id: UUID
    duration_s: float = Field(description="Seconds that all peaks take together: the whole file")
    n_peaks: int = Field(
        description=f"{N_PEAKS}; fewer where the file is shorter than {N_PEAKS / MOST_PEAKS_PER_S:g} s"
    )
    peaks: list[float] = Field(description=f"0 for silence to 1 for full scale, in steps of 1/{PEAK_SCALE}")


@router.get(
    "/{track_id}/peaks",
    responses={
        **TRACK_RESPONSES,
        **PENDING,
        403: {"model": ProblemDetails, "description": "The file may not be read by the service"},
        409: {"model": ProblemDetails, "description": "The file has changed since it was analysed"},
        422: {"model": ProblemDetails, "description": "The file cannot be decoded"},
    },
)
def get_track_peaks(track_id: TrackId, ports: PortsDep) -> TrackPeaksResponse:
    """The peaks of the waveform of a track's whole file.

    They are made when somebody asks for the first time, which takes a second or two: 202 with `Retry-After` until then.
    """
    row = find_media(ports, track_id, MediaKind.PEAKS)
    if isinstance(row, PendingMedia):
        return pending_response(track_id, Stage.MEDIA, row.state)  # type: ignore[return-value]
    peaks = row.content or b""
    return TrackPeaksResponse(
        track_id=track_id,
        duration_s=round(row.duration_s or 0.0, 3),
        n_peaks=len(peaks),
        peaks=[round(peak / PEAK_SCALE, 3) for peak in peaks],
    )
