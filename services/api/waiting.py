"""The answer for a track that is still in work."""

from uuid import UUID

from fastapi.responses import JSONResponse

from services.api.documents import InWorkDocument
from shared.domain.job import ItemState, Stage

RETRY_AFTER_S = 2


def in_work(track_id: UUID, stage: Stage, state: ItemState) -> JSONResponse:
    """202 with `Retry-After`."""
    waiting = InWorkDocument(
        track_id=track_id, stage=stage, state=state,
        detail=f"the track waits for {stage} ({state}); ask again in {RETRY_AFTER_S} s",
    )  # fmt: skip
    return JSONResponse(waiting.model_dump(mode="json"), 202, headers={"Retry-After": str(RETRY_AFTER_S)})
