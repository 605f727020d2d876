"""`/tracks/<id>/emotion/curve`: how the emotion changes over a track."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.api.deps import (
    TRACK_RESPONSES,
    PortsDep,
    TaxonomyQuery,
    TrackId,
    WantedModel,
    WantedSets,
    require_surviving_track,
)
from services.api.errors import not_scorable
from services.api.pending_responses import PENDING, pending_response
from services.api.schemas.problem import ProblemDetails
from services.api.tracks.curve_schemas import TrackCurveResponse
from services.api.tracks.curve_service import (
    PendingCurve,
    curve_fields,
    find_head,
    find_track_windows,
    require_window_versions,
)
from services.api.tracks.router import show_emotion
from services.api.tracks.service import no_champion, select_model
from shared.errors import Reason

router = APIRouter(prefix="/tracks", tags=["tracks"])


@router.get(
    "/{track_id}/emotion/curve",
    responses={
        **TRACK_RESPONSES,
        **PENDING,
        409: {"model": ProblemDetails, "description": "The model that answers has no curve: says what to train"},
        422: {"model": ProblemDetails, "description": "A track of the demo library, without audio, or no music"},
    },
)
def show_curve(
    track_id: TrackId, ports: PortsDep, wanted: WantedSets, taxonomy: TaxonomyQuery = None, model: WantedModel = None
) -> TrackCurveResponse:
    """How the emotion, valence and arousal change over at most the first five minutes of a track, the segments between
    changes, and the 9 s that contribute most to the answer.

    The first question makes the windows that it needs, which takes seconds: 202 with `Retry-After` until then. So it is
    until the head of a new champion is fitted.
    """
    with ports.store.read() as repositories:
        track = require_surviving_track(repositories, track_id)
    if track.synthetic:
        raise not_scorable(
            "synthetic", "tracks of the demo library have no curve: the audio taggers hear real music only"
        )
    answering = select_model(ports, taxonomy, synthetic=False, model_id=model)
    if answering.model is None:
        raise no_champion(ports, answering.taxonomy, synthetic=False)
    ready = find_head(ports, answering.model)  # first: no windows are made for a model that will have no curve
    windows = find_track_windows(ports, track_id, require_window_versions(answering.model))
    answer = show_emotion(track_id, ports, wanted, taxonomy, model)
    if isinstance(answer, JSONResponse):
        return answer  # type: ignore[return-value]
    if answer.content_kind is not None:
        raise not_scorable(Reason.OUT_OF_DOMAIN.value, f"this track is no music ({answer.content_kind}): no curve")
    for part in (windows, ready):
        if isinstance(part, PendingCurve):
            return pending_response(track_id, part.stage, part.state)  # type: ignore[return-value]
    assert not isinstance(windows, PendingCurve)
    assert not isinstance(ready, PendingCurve)
    fields = curve_fields(
        ports, ready, windows, emotion=answer.emotion or answer.predicted, duration_s=track.duration_s
    )
    return TrackCurveResponse(track_id=track_id, answer=answer, **fields)
