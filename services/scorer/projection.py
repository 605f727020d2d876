"""The scorer's second use case: a whole library projected by jobs that requests wait for."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

import structlog

from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.errors import Reason
from shared.similarity.index import ProjectedTracks, project_missing
from shared.similarity.library_projections import SimilarityBasis, keep_projection
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.models.scores import TrackSpan
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from shared.worker.context import WorkerContext, process_items

log = structlog.get_logger()

WriteOutcome = Callable[[Repositories], ItemOutcome]
_NO_BASES: Mapping[str, SimilarityBasis] = MappingProxyType({})
_PROJECTED_FOR_S = 150.0
"""Less than the time limit of the task. What is left then is done by the next look at the library."""


def project_tracks(
    message: ItemsMessage, *, bench: WorkerContext, bases: Mapping[str, SimilarityBasis] = _NO_BASES
) -> None:
    """Project the spans of a message. One whose projection was replaced since is skipped.

    An item that names one of `bases` instead is of a library without a projection: it is fitted first.
    """

    def handle_claim(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        writes = [_handle_item(item, bench=bench, bases=bases) for item in claim.items]
        return lambda repositories: [write(repositories) for write in writes]

    process_items(bench, message, stage=Stage.STANDARDISE, handle=handle_claim)


def _handle_item(item: JobItem, *, bench: WorkerContext, bases: Mapping[str, SimilarityBasis]) -> WriteOutcome:
    if "basis" in item.payload:
        basis, synthetic = bases[item.payload["basis"]], bool(item.payload["synthetic"])
        keep_projection(bench.store, basis, synthetic=synthetic, for_s=_PROJECTED_FOR_S)
        return lambda _: ItemOutcome(item_id=item.id, state=ItemState.DONE, detail="the library was projected")
    with bench.store.read() as repositories:
        projected = _project_span(repositories, item)
    return lambda repositories: _write_outcome(repositories, item, projected)


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
