"""Heads that make curves: fitted once for each champion that reads audio taggers, after it was promoted."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert

from shared.curve.head import fingerprint_head
from shared.domain.job import ItemState, JobKind, Stage
from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository
from shared.store.jobs.repository import OPEN_ITEMS, JobRepository, NewItem
from shared.store.tables import CurveHeadRow, JobItem, Model


@dataclass(frozen=True, kw_only=True)
class CurveFit:
    """A head that is to be fitted, or was."""

    model_id: UUID
    fingerprint: str
    """Of the windows and the rules (`fingerprint_head`)."""

    @classmethod
    def from_versions(cls, model_id: UUID, versions: Mapping[str, str]) -> "CurveFit":
        """That of a model whose curve reads windows of these versions of taggers."""
        return cls(model_id=model_id, fingerprint=fingerprint_head(versions))

    @property
    def key(self) -> str:
        """Of its item."""
        return f"{self.model_id}/{self.fingerprint}"

    def to_payload(self) -> JsonObject:
        """JSON values, as an item keeps it."""
        return {"model_id": str(self.model_id), "fingerprint": self.fingerprint}

    @classmethod
    def from_payload(cls, payload: JsonObject) -> "CurveFit":
        """What `to_payload` wrote."""
        return cls(model_id=UUID(payload["model_id"]), fingerprint=payload["fingerprint"])


class CurveHeadRepository(BaseRepository):
    """All SQL on heads that make curves."""

    def get_head(self, fit: CurveFit) -> CurveHeadRow | None:
        """The head, or None where it is not fitted yet."""
        return self._session.get(CurveHeadRow, (fit.model_id, fit.fingerprint))

    def get_figures(self, model_id: UUID) -> JsonObject | None:
        """The figures of the latest head of a model, or None."""
        query = (
            select(CurveHeadRow.figures)
            .where(CurveHeadRow.model_id == model_id)
            .order_by(CurveHeadRow.made_at.desc())
            .limit(1)
        )
        return self._session.scalar(query)

    def save_head(self, fit: CurveFit, *, content: bytes, figures: JsonObject) -> bool:
        """Keep a head. False: its model is not there any more."""
        if self._session.get(Model, fit.model_id, with_for_update={"key_share": True}) is None:
            return False
        values = {"content": content, "figures": figures}
        query = insert(CurveHeadRow).values(model_id=fit.model_id, fingerprint=fit.fingerprint, **values)
        self._session.execute(
            query.on_conflict_do_update(
                index_elements=["model_id", "fingerprint"], set_={**values, "made_at": func.now()}
            )
        )
        return True

    def find_fit(self, fit: CurveFit) -> JobItem | None:
        """The item that fits the head, an open one before one that ended; None where there was none."""
        return self._session.scalar(
            select(JobItem)
            .where(JobItem.stage == Stage.CURVE, JobItem.key == fit.key)
            .order_by(case((JobItem.state.in_(OPEN_ITEMS), 0), else_=1), JobItem.id.desc())
            .limit(1)
        )

    def schedule_fit(self, fit: CurveFit) -> list[int]:
        """The item that fits a head, if none does and none failed."""
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"curve/{fit.key}"))))
        item = self.find_fit(fit)
        if item is not None and item.state != ItemState.DONE:
            return []
        jobs = JobRepository(self._session)
        job, _ = jobs.create_job(JobKind.CURVE, fit.to_payload(), listed=True)
        return jobs.add_items(job.id, Stage.CURVE, [NewItem(fit.key, fit.to_payload())])
