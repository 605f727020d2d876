"""How the candidates of one training did."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Float, cast, select
from sqlalchemy.orm import Session

from shared.store.tables import JobItem, Model


class Leaderboards:
    """All SQL on the models of a job."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_job(self, job_id: UUID) -> Sequence[Model]:
        """The models that a training published, the best macro F1 first; of equals the first trained."""
        macro = cast(Model.metrics["macro_f1"]["value"].astext, Float)
        query = (
            select(Model).join(JobItem, JobItem.id == Model.job_item_id).where(JobItem.job_id == job_id)
            .order_by(macro.desc(), Model.id)
        )  # fmt: skip
        return self._session.scalars(query).all()
