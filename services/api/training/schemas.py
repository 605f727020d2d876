"""What the API shows of estimators and trainings."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.schemas.vocabulary import ModelStateName
from shared.metrics.primary_metric import get_primary_metric
from shared.store.tables import Model


class HyperparameterResponse(BaseModel):
    """One hyperparameter: a number or a word; bounds are included."""

    default: float | str | None
    meaning: str
    low: float | None
    high: float | None
    whole: bool
    words: list[str]
    optional: bool


class EstimatorResponse(BaseModel):
    """An estimator, and what it reads, costs and accepts."""

    name: str
    what: str
    cost: str
    inputs: list[str]
    heads: list[str]
    hyperparameters: dict[str, HyperparameterResponse]
    grid: dict[str, list[Any]] = Field(description="What a search tries where the request does not say")


class RankedModelResponse(BaseModel):
    """One candidate and how it did, with 95 % intervals."""

    rank: int
    model_id: UUID
    estimator: str
    inputs: str
    state: ModelStateName
    measure: str = Field(description="What decides: macro F1, PR-AUC of tags, mean R2 of dimensions")
    score: dict[str, float]
    macro_f1: dict[str, float] | None = Field(description="Of classes only")
    weighted_f1: dict[str, float] | None = Field(description="Of classes only")
    protocol: str
    promotion: str | None = Field(description="What the gate said")
    without_taggers: float | None = Field(
        default=None,
        description="Of a model that reads audio taggers: the measure of the same estimator on the same folds without "
        "them, on descriptors",
    )
    href: str

    @classmethod
    def from_row(cls, model: Model, *, rank: int) -> "RankedModelResponse":
        """The response for a model row."""
        metrics, primary = model.metrics, get_primary_metric(model.taxonomy)
        return cls(
            rank=rank,
            model_id=model.id,
            estimator=model.estimator,
            inputs=model.inputs,
            state=model.state,
            measure=primary.name,
            score=metrics[primary.key],
            macro_f1=metrics.get("macro_f1"),
            weighted_f1=metrics.get("weighted_f1"),
            protocol=metrics.get("protocol", "honest"),
            promotion=metrics.get("promotion"),
            without_taggers=metrics.get("without_taggers", {}).get(primary.key, {}).get("value"),
            href=f"/models/{model.id}",
        )


class LeaderboardResponse(BaseModel):
    """The candidates of one training."""

    job_id: UUID
    note: str | None = Field(description="What is being done just now")
    models: list[RankedModelResponse]
