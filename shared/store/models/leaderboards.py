"""How the candidates of one training did."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Float, cast, func, select

from shared.store.base_repository import BaseRepository
from shared.store.tables import JobItem, Model

_DECIDING = ("macro_f1", "pr_auc", "r2")
"""Of classes, tags and dimensions: metrics hold one of them."""


class LeaderboardRepository(BaseRepository):
    """All SQL on the models of a job."""

    def list_by_job(self, job_id: UUID) -> Sequence[Model]:
        """The models that a training published, the best first by what decides for their head; of equals the first
        trained.
        """
        score = cast(func.coalesce(*(Model.metrics[key]["value"].astext for key in _DECIDING)), Float)
        query = (
            select(Model)
            .join(JobItem, JobItem.id == Model.job_item_id)
            .where(JobItem.job_id == job_id)
            .order_by(score.desc(), Model.id)
        )
        return self._session.scalars(query).all()
