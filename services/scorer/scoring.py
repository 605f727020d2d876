"""The scorer's use case: a library through a published model, span by span.

Its worker holds ONNX Runtime and nothing that trains, and has a queue of its own: it never waits for a training.
"""

from collections.abc import Callable
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from shared.blobs import Blobs
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.errors import PermanentError, Reason
from shared.inference.batch import Scored, keep, read_span, score
from shared.registry.champions import Champions
from shared.store.jobs.items import Claim, Outcome
from shared.store.models.repository import Models
from shared.store.models.scores import Span
from shared.store.tables import JobItem, Model
from shared.worker.context import Workbench, work_on

log = structlog.get_logger()

Result = tuple[Model, Scored] | PermanentError


def score_tracks(message: ItemsMessage, *, bench: Workbench, blobs: Blobs, champions: Champions) -> None:
    """Score the spans of a message. A model that cannot be loaded fails its items with the reason."""

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        results = [(item, _score(item, bench=bench, blobs=blobs, champions=champions)) for item in claim.items]
        return lambda session: [_write(session, item, result) for item, result in results]

    work_on(bench, message, stage=Stage.SCORE, handle=handle)


def _score(item: JobItem, *, bench: Workbench, blobs: Blobs, champions: Champions) -> Result:
    try:
        with bench.store.read() as session:
            model = required(session, item)
            scorer = champions.scorer(model)
            found = read_span(session, model, scorer.card, Span.from_payload(item.payload), blobs=blobs)
        scored = score(scorer, found)  # after the transaction: a network takes its time
    except PermanentError as error:
        log.warning("span.refused", item=item.key, reason=error.reason.value, detail=error.detail)
        return error
    log.info("span.scored", model_id=str(model.id), item=item.key, n_tracks=len(scored.track_ids))
    return model, scored


def _write(session: Session, item: JobItem, result: Result) -> Outcome:
    if isinstance(result, PermanentError):
        return Outcome(item_id=item.id, state=ItemState.FAILED, reason=result.reason, detail=result.detail)
    model, scored = result
    keep(session, model, scored)
    said = f"{len(scored.track_ids)} tracks scored anew"
    left_out = f", {scored.n_unreadable} left out: what it reads of them is damaged" if scored.n_unreadable else ""
    return Outcome(item_id=item.id, state=ItemState.DONE, detail=said + left_out)


def required(session: Session, item: JobItem) -> Model:
    """The model that an item is about. Raises PermanentError(`not_found`)."""
    model = Models(session).get(UUID(item.payload["model_id"]))
    if model is None:
        raise PermanentError(Reason.NOT_FOUND, f"there is no model {item.payload['model_id']} any more")
    return model
