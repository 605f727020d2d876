"""`/models/<id>/report`: how good a model is and what it is made of, for programs, for people, and as a picture."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from services.api.deps import ModelId, Ports, PortsDep
from services.api.models.report.service import report
from services.api.schemas.common import Problem

router = APIRouter(prefix="/models", tags=["models"], responses={404: {"model": Problem}})


@router.get("/{model_id}/report")
def show_report(model_id: ModelId, ports: PortsDep) -> dict[str, Any]:
    """Metrics with intervals, curves, the comparison with the champion, evaluations on other tracks, data and terms."""
    return _report(ports, model_id)


@router.get("/{model_id}/report.html", response_class=HTMLResponse)
def show_page(model_id: ModelId, ports: PortsDep) -> str:
    """The same as one page with its figures in it: it can be kept, printed and sent."""
    from services.api.models.report.page import page  # noqa: PLC0415 (drawing is loaded when somebody looks)

    return page(_report(ports, model_id))


@router.get(
    "/{model_id}/report.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "A picture"}},
)
def show_picture(model_id: ModelId, ports: PortsDep) -> Response:
    """Confusion matrix and reliability curve as a picture."""
    from services.api.models.report.figures import png  # noqa: PLC0415 (drawing is loaded when somebody looks)

    return Response(png(_report(ports, model_id)), media_type="image/png")


def _report(ports: Ports, model_id: ModelId) -> dict[str, Any]:
    with ports.store.read() as session:
        return report(session, model_id)
