"""`/models`: what was published, how good it is, and who answers."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from services.api.deps import TEXT, Cursor, Limit, ModelId, PortsDep, TaxonomyQuery
from services.api.documents import ModelDocument, ModelReference, Page, Problem
from services.api.errors import not_found
from shared.store.models import Models
from shared.store.tables import Model

router = APIRouter(prefix="/models", tags=["models"], responses={404: {"model": Problem}})


@router.get("")
def list_models(
    ports: PortsDep, taxonomy: TaxonomyQuery = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[ModelDocument]:
    """Published models, the newest first."""
    with ports.store.read() as session:
        rows = Models(session).page(taxonomy=taxonomy, before=cursor, limit=limit)
    return Page(items=[_document(row) for row in rows], next=str(rows[-1].id) if len(rows) == limit else None)


@router.get("/{model_id}")
def show_model(model_id: ModelId, ports: PortsDep) -> ModelDocument:
    """One model with its metrics and its card."""
    with ports.store.read() as session:
        model = Models(session).get(model_id)
    if model is None:
        raise not_found("model", model_id)
    return _document(model)


class PromotionBody(BaseModel):
    """Who wants it, and why: it is written into the history."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"who": "ada", "why": "its errors are easier to live with"}}
    )
    who: str = Field(default="a person", max_length=100, pattern=TEXT)
    why: str = Field(default="asked for", max_length=500, pattern=TEXT)


@router.post("/{model_id}/promote")
def promote(model_id: ModelId, ports: PortsDep, body: Annotated[PromotionBody | None, Body()] = None) -> ModelDocument:
    """Make a model the champion of its taxonomy, whatever the gate said. An older champion comes back this way too."""
    said = body or PromotionBody()

    def move(session: Session) -> bool:
        model = Models(session).get(model_id)
        if model is not None:
            Models(session).promote(model, who=said.who, why=said.why)
        return model is not None

    if not ports.store.transact("model.promote", move):
        raise not_found("model", model_id)
    return show_model(model_id, ports)


def _document(model: Model) -> ModelDocument:
    plain = ("state", "synthetic", "metrics", "card", "artefact_sha256", "created_at")
    return ModelDocument(**ModelReference.of(model).model_dump(), **{name: getattr(model, name) for name in plain})
