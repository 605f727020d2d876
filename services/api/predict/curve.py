"""The curve of a song that was sent in: its windows are made with its analysis, since its audio is dropped after it."""

from uuid import UUID

from services.api.deps import ApiPorts, require_model
from services.api.errors import conflict_error, not_scorable
from services.api.models.schemas import UploadEmotionResponse
from services.api.predict.service import find_analysed_upload, predict_upload
from services.api.tracks.curve_schemas import UploadCurveResponse
from services.api.tracks.curve_service import PendingCurve, curve_fields, find_head, require_window_versions
from shared.errors import Reason
from shared.metrics.prediction_sets import RequestedSets


def compute_upload_curve(ports: ApiPorts, job_id: UUID, *, wanted: RequestedSets) -> UploadCurveResponse | None:
    """The curve of a song; None: it is still being analysed, or the head is not fitted yet. Raises ProblemError."""
    upload = find_analysed_upload(ports, job_id)
    answer = predict_upload(ports, job_id, wanted=wanted) if upload is not None else None
    if upload is None or answer is None:
        return None
    if not isinstance(answer, UploadEmotionResponse):
        raise conflict_error("no_curve", f"{answer.taxonomy} has no curve: send the song with a taxonomy of emotions")
    if answer.content_kind is not None:
        raise not_scorable(Reason.OUT_OF_DOMAIN.value, f"this song is no music ({answer.content_kind}): no curve")
    with ports.store.read() as repositories:
        model = require_model(repositories, answer.model.id)
        windows = repositories.windows.get_upload_windows(upload.id, versions=require_window_versions(model))
    if windows is None:
        raise conflict_error(
            "no_windows",
            "nobody asked for a curve of this song, and its audio is dropped: send it again, with curve=true",
        )
    ready = find_head(ports, model)
    if isinstance(ready, PendingCurve):
        return None
    fields = curve_fields(ports, ready, windows, emotion=answer.emotion, duration_s=upload.duration_s)
    return UploadCurveResponse(name=upload.name, track_id=upload.track_id, answer=answer, **fields)
