"""`/models`: what was published, and how good it is."""

from fastapi import APIRouter

from services.api.deps import Cursor, HeadQuery, Limit, ModelId, PortsDep, require_model
from services.api.models.curve_figures import find_curve_figures
from services.api.models.schemas import model_response
from services.api.schemas.model import ModelResponse
from services.api.schemas.page import PageResponse, next_cursor

router = APIRouter(prefix="/models", tags=["models"])


@router.get("")
def list_models(
    ports: PortsDep, taxonomy: HeadQuery = None, cursor: Cursor = None, limit: Limit = 50
) -> PageResponse[ModelResponse]:
    """Published models, the newest first."""
    with ports.store.read() as repositories:
        rows = repositories.models.list_page(taxonomy=taxonomy, before=cursor, limit=limit)
    return PageResponse(items=[model_response(row) for row in rows], next=next_cursor(rows, limit=limit))


@router.get("/{model_id}")
def show_model(model_id: ModelId, ports: PortsDep) -> ModelResponse:
    """One model with its metrics and its card."""
    with ports.store.read() as repositories:
        model = require_model(repositories, model_id)
        response = model_response(model)
        response.curve = find_curve_figures(repositories, model)
    return response
