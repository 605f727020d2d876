"""The scorer's use case: a library through a published model, span by span.

Its worker holds ONNX Runtime and nothing that trains, and has a queue of its own: it never waits for a training.
"""

from collections.abc import Callable
from uuid import UUID

import structlog

from shared.blobs import Blobs
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.errors import PermanentError, Reason
from shared.inference.batch import ScoredTracks, predict_tracks, read_span, save_scored
from shared.registry.champions import ChampionCache
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.models.scores import TrackSpan
from shared.store.repositories import Repositories
from shared.store.tables import JobItem, Model
from shared.worker.context import WorkerContext, process_items

log = structlog.get_logger()

SpanResult = tuple[Model, ScoredTracks] | PermanentError


def score_tracks(message: ItemsMessage, *, bench: WorkerContext, blobs: Blobs, champions: ChampionCache) -> None:
    """Score the spans of a message. A model that cannot be loaded fails its items with the reason."""

    def handle_claim(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        results = [(item, _score_span(item, bench=bench, blobs=blobs, champions=champions)) for item in claim.items]
        return lambda repositories: [_write_outcome(repositories, item, result) for item, result in results]

    process_items(bench, message, stage=Stage.SCORE, handle=handle_claim)


def _score_span(item: JobItem, *, bench: WorkerContext, blobs: Blobs, champions: ChampionCache) -> SpanResult:
    try:
        with bench.store.read() as repositories:
            model = require_model(repositories, item)
            scorer = champions.get_predictor(model)
            tracks = read_span(repositories, model, scorer.card, TrackSpan.from_payload(item.payload), blobs=blobs)
        scored = predict_tracks(scorer, tracks)  # after the transaction: a network takes its time
    except PermanentError as error:
        log.warning("span.refused", item=item.key, reason=error.reason.value, detail=error.detail)
        return error
    log.info("span.scored", model_id=str(model.id), item=item.key, n_tracks=len(scored.track_ids))
    return model, scored


def _write_outcome(repositories: Repositories, item: JobItem, result: SpanResult) -> ItemOutcome:
    if isinstance(result, PermanentError):
        return ItemOutcome(item_id=item.id, state=ItemState.FAILED, reason=result.reason, detail=result.detail)
    model, scored = result
    save_scored(repositories, model, scored)
    summary = f"{len(scored.track_ids)} tracks scored anew"
    left_out = f", {scored.n_unreadable} left out: what it reads of them is damaged" if scored.n_unreadable else ""
    return ItemOutcome(item_id=item.id, state=ItemState.DONE, detail=summary + left_out)


def require_model(repositories: Repositories, item: JobItem) -> Model:
    """The model that an item is about. Raises PermanentError(`not_found`)."""
    model = repositories.models.get_by_id(UUID(item.payload["model_id"]))
    if model is None:
        raise PermanentError(Reason.NOT_FOUND, f"there is no model {item.payload['model_id']} any more")
    return model
