"""The response schemas of published models."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from shared.json_objects import JsonObject
from shared.store.tables import Model


class ModelReference(BaseModel):
    """The model that a prediction comes from."""

    id: UUID
    version: int
    estimator: str
    inputs: str
    taxonomy: str
    href: str

    @classmethod
    def from_row(cls, model: Model) -> "ModelReference":
        """The reference to a model row."""
        fields = {name: getattr(model, name) for name in cls.model_fields if name != "href"}
        return cls(**fields, href=f"/models/{model.id}")


class ModelResponse(ModelReference):
    """A published model with its card."""

    state: str
    is_default: bool = Field(description="Of the champions of its taxonomy this one answers for tracks")
    synthetic: bool
    metrics: JsonObject
    card: JsonObject
    artefact_sha256: str
    created_at: datetime
