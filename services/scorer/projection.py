"""The scorer's second use case: the descriptors of a whole library projected, span by span."""

from collections.abc import Callable
from uuid import UUID

import structlog

from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.errors import Reason
from shared.similarity.index import ProjectedTracks, project_missing
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.models.scores import TrackSpan
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from shared.worker.context import WorkerContext, process_items

log = structlog.get_logger()


def project_tracks(message: ItemsMessage, *, bench: WorkerContext) -> None:
    """Project the spans of a message. One whose projection was replaced since is skipped."""

    def handle_claim(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        with bench.store.read() as repositories:
            outcomes = [(item, _project_span(repositories, item)) for item in claim.items]
        return lambda repositories: [_write_outcome(repositories, item, projected) for item, projected in outcomes]

    process_items(bench, message, stage=Stage.STANDARDISE, handle=handle_claim)


def _project_span(repositories: Repositories, item: JobItem) -> ProjectedTracks | None:
    projection = repositories.projected_vectors.get_projection(_projection_id(item))
    if projection is None:
        return None
    projected = project_missing(repositories, projection, TrackSpan.from_payload(item.payload))
    log.info("span.standardised", item=item.key, n_tracks=len(projected.track_ids))
    return projected


def _write_outcome(repositories: Repositories, item: JobItem, projected: ProjectedTracks | None) -> ItemOutcome:
    vectors = repositories.projected_vectors
    if projected is None or vectors.get_projection(_projection_id(item)) is None:
        return ItemOutcome(
            item_id=item.id,
            state=ItemState.SKIPPED,
            reason=Reason.NOT_FOUND,
            detail="the library has a newer standard: this one is not used any more",
        )
    vectors.save_vectors(_projection_id(item), projected.track_ids, projected.vectors)
    return ItemOutcome(item_id=item.id, state=ItemState.DONE, detail=f"{len(projected.track_ids)} tracks placed anew")


def _projection_id(item: JobItem) -> UUID:
    return UUID(item.payload["standard_id"])
