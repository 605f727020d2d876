"""The scorer's second use case: descriptors of a whole library under its standard, span by span."""

from collections.abc import Callable
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.errors import Reason
from shared.similarity.index import Placed, place_missing
from shared.store.jobs.items import Claim, Outcome
from shared.store.models.scores import Span
from shared.store.similarity.projections import StandardVectors
from shared.store.tables import JobItem
from shared.worker.context import Workbench, work_on

log = structlog.get_logger()


def standardise_tracks(message: ItemsMessage, *, bench: Workbench) -> None:
    """Place the spans of a message. A standard that another took the place of is nobody's any more: skipped."""

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        with bench.store.read() as session:
            found = [(item, _place(session, item)) for item in claim.items]
        return lambda session: [_write(session, item, placed) for item, placed in found]

    work_on(bench, message, stage=Stage.STANDARDISE, handle=handle)


def _place(session: Session, item: JobItem) -> Placed | None:
    standard = StandardVectors(session).standard(_standard_of(item))
    if standard is None:
        return None
    placed = place_missing(session, standard, Span.from_payload(item.payload))
    log.info("span.standardised", item=item.key, n_tracks=len(placed.track_ids))
    return placed


def _write(session: Session, item: JobItem, placed: Placed | None) -> Outcome:
    vectors = StandardVectors(session)
    if placed is None or vectors.standard(_standard_of(item)) is None:
        return Outcome(
            item_id=item.id,
            state=ItemState.SKIPPED,
            reason=Reason.NOT_FOUND,
            detail="the library has a newer standard: this one is not used any more",
        )
    vectors.save(_standard_of(item), placed.track_ids, placed.vectors)
    return Outcome(item_id=item.id, state=ItemState.DONE, detail=f"{len(placed.track_ids)} tracks placed anew")


def _standard_of(item: JobItem) -> UUID:
    return UUID(item.payload["standard_id"])
