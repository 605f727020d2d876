"""`/models`: what was published, and how good it is."""

from fastapi import APIRouter

from services.api.deps import Cursor, HeadQuery, Limit, ModelId, PortsDep
from services.api.errors import not_found
from services.api.models.schemas import model_document
from services.api.schemas.common import ModelDocument, Page, Problem
from shared.store.models.repository import Models

router = APIRouter(prefix="/models", tags=["models"], responses={404: {"model": Problem}})


@router.get("")
def list_models(
    ports: PortsDep, taxonomy: HeadQuery = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[ModelDocument]:
    """Published models, the newest first."""
    with ports.store.read() as session:
        rows = Models(session).page(taxonomy=taxonomy, before=cursor, limit=limit)
    return Page(items=[model_document(row) for row in rows], next=str(rows[-1].id) if len(rows) == limit else None)


@router.get("/{model_id}")
def show_model(model_id: ModelId, ports: PortsDep) -> ModelDocument:
    """One model with its metrics and its card."""
    with ports.store.read() as session:
        model = Models(session).get(model_id)
    if model is None:
        raise not_found("model", model_id)
    return model_document(model)
