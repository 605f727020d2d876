"""The response schemas of published models."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.schemas.vocabulary import ModelStateName
from shared.json_objects import JsonObject
from shared.store.tables import Model

_COLUMNS = ("id", "version", "estimator", "inputs", "taxonomy")


def is_starter(model: Model) -> bool:
    """Whether a model ships with mer, also one that another version has replaced."""
    return model.card.get("starter") is not None


class ModelReference(BaseModel):
    """The model that a prediction comes from."""

    id: UUID
    version: int
    estimator: str
    inputs: str
    taxonomy: str
    starter: bool = Field(default=False, description="Whether it ships with mer, and was not trained on your labels")
    derived: bool = Field(
        default=False, description="Whether its answers are derived from tags, and their accuracy was not measured"
    )
    href: str

    @classmethod
    def from_row(cls, model: Model) -> "ModelReference":
        """The reference to a model row."""
        starter = model.card.get("starter")
        fields = {name: getattr(model, name) for name in _COLUMNS}
        derived = starter is not None and starter["derived"]
        return cls(**fields, starter=is_starter(model), derived=derived, href=f"/models/{model.id}")


class ModelResponse(ModelReference):
    """A published model with its card."""

    state: ModelStateName
    is_default: bool = Field(description="Of the champions and the starter of its taxonomy this one answers for tracks")
    synthetic: bool
    metrics: JsonObject
    card: JsonObject
    artefact_sha256: str
    created_at: datetime
    curve: JsonObject | None = Field(
        default=None,
        description="Of `GET /models/<id>`: held-out figures of the head that makes curves; null where there is none",
    )
