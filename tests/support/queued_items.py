"""The work that waits for a worker, as the message that the bus would bring."""

from sqlalchemy import select

from services.api.deps import ApiPorts
from shared.domain.job import Stage
from shared.domain.messages import ItemsMessage
from shared.store.tables import JobItem


def queued_items(ports: ApiPorts, stage: Stage) -> ItemsMessage:
    """The items of a stage that nobody has claimed, in their order; there has to be one."""
    with ports.store.read_session() as session:
        query = select(JobItem.id).where(JobItem.stage == stage, JobItem.state == "queued").order_by(JobItem.id)
        return ItemsMessage(tuple(session.scalars(query)))
