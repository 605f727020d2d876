"""What the API shows of estimators and trainings."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.store.tables import Model


class HyperparameterDocument(BaseModel):
    """One number or word that an estimator can be told; bounds are included."""

    default: float | str | None
    meaning: str
    low: float | None
    high: float | None
    whole: bool
    words: list[str]
    optional: bool


class EstimatorDocument(BaseModel):
    """An estimator before it is asked for."""

    name: str
    what: str
    cost: str
    inputs: list[str]
    heads: list[str]
    hyperparameters: dict[str, HyperparameterDocument]
    grid: dict[str, list[Any]] = Field(description="What a search tries where the request does not say")


class RankedDocument(BaseModel):
    """One candidate and how it did, with 95 % intervals."""

    rank: int
    model_id: UUID
    estimator: str
    inputs: str
    state: str
    macro_f1: dict[str, float]
    weighted_f1: dict[str, float]
    protocol: str
    promotion: str | None = Field(description="What the gate said")
    href: str

    @classmethod
    def of(cls, model: Model, *, rank: int) -> "RankedDocument":
        """The document of a model row."""
        metrics = model.metrics
        return cls(
            rank=rank, model_id=model.id, estimator=model.estimator, inputs=model.inputs, state=model.state,
            macro_f1=metrics["macro_f1"], weighted_f1=metrics["weighted_f1"],
            protocol=metrics.get("protocol", "honest"), promotion=metrics.get("promotion"), href=f"/models/{model.id}",
        )  # fmt: skip


class LeaderboardDocument(BaseModel):
    """The candidates of one training."""

    job_id: UUID
    note: str | None = Field(description="What is being done just now")
    models: list[RankedDocument]
