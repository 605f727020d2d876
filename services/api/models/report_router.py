"""`/models/<id>/report`: how good a model is and what it is made of, for programs, for people, and as a picture."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from services.api.deps import ApiPorts, ModelId, PortsDep
from services.api.models.report.schema import ModelReport
from services.api.models.report.service import build_report

router = APIRouter(prefix="/models", tags=["models"])


@router.get("/{model_id}/report")
def show_report(model_id: ModelId, ports: PortsDep) -> dict[str, Any]:
    """Metrics with intervals, curves, the comparison with the champion, evaluations on other tracks, data and terms."""
    return dict(_load_report(ports, model_id))


@router.get("/{model_id}/report.html", response_class=HTMLResponse)
def show_page(model_id: ModelId, ports: PortsDep) -> str:
    """The same as one page with its figures in it: it can be kept, printed and sent."""
    from services.api.models.report.page import render_page  # noqa: PLC0415 (drawing is loaded when somebody looks)

    return render_page(_load_report(ports, model_id))


@router.get(
    "/{model_id}/report.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "A picture"}},
)
def show_picture(model_id: ModelId, ports: PortsDep) -> Response:
    """Confusion matrix and reliability curve as a picture."""
    from services.api.models.report.figures import draw_png  # noqa: PLC0415 (drawing is loaded when somebody looks)

    return Response(draw_png(_load_report(ports, model_id)), media_type="image/png")


def _load_report(ports: ApiPorts, model_id: ModelId) -> ModelReport:
    with ports.store.read() as repositories:
        return build_report(repositories, model_id)
