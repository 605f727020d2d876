"""`/dataset`: look at what was collected."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.api.deps import Ports, PortsDep, TaxonomyQuery
from services.api.documents import Problem
from services.api.documents_dataset import ReportDocument
from services.api.survey import Survey
from shared.store.exporting import every_track
from shared.store.tracks import Tracks

router = APIRouter(prefix="/dataset", tags=["dataset"], responses={422: {"model": Problem}})

Which = Annotated[
    Literal["real", "synthetic", "all"], Query(description="Real tracks, the demo library's synthetic ones, or both")
]
_SYNTHETIC: dict[str, bool | None] = {"real": False, "synthetic": True, "all": None}

_SHARES = (
    "The share of each mood's tracks along each catalogue feature. Dotted: the medians. The outermost thousandths are "
    "drawn at the edges."
)
_CHAPTERS = (
    ("moods", "Moods", "Tracks by their label, with and without audio."),
    ("sources", "Sources", "Where tracks came from, by label. A track that two sources know is in both rows."),
    ("annotators", "Annotators", "Who judged, and how: each annotator's latest word for each track."),
    ("features", "Features by mood", _SHARES),
)


@router.get("/report")
def report(ports: PortsDep, taxonomy: TaxonomyQuery = None, library: Which = "real") -> ReportDocument:
    """Counts by mood, source and annotator, the spread of each feature by mood, duplicates and conflicts."""
    return _survey(ports, taxonomy, library)


@router.get("/report.html", response_class=HTMLResponse)
def report_page(ports: PortsDep, taxonomy: TaxonomyQuery = None, library: Which = "real") -> HTMLResponse:
    """The same as a page with figures, in one file that needs nothing else."""
    from services.api.figures import draw  # noqa: PLC0415 (matplotlib takes a second and 60 MB, for this page only)

    found = _survey(ports, taxonomy, library)
    numbers = (
        (found.n_tracks, "tracks"), (found.n_labelled, "with a label"), (found.n_with_audio, "with audio"),
        (found.n_with_features, "analysed"), (found.n_with_catalogue, "with catalogue columns"),
        (found.n_conflicts, "in conflict"),
    )  # fmt: skip
    page = _template().render(
        report=found, figures=draw(found), numbers=numbers, chapters=_CHAPTERS,
        made_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )  # fmt: skip
    return HTMLResponse(page)


def _survey(ports: Ports, taxonomy: str | None, library: str) -> ReportDocument:
    words = taxonomy or ports.settings.default_taxonomy
    synthetic = _SYNTHETIC[library]
    with ports.store.read() as session:
        n_left_out = 0 if synthetic is None else Tracks(session).count(synthetic=not synthetic)
    survey = Survey(taxonomy=words, library=library, n_left_out=n_left_out)
    for page in every_track(ports.store, spec=ports.spec.fingerprint, taxonomy=words, synthetic=synthetic):
        survey.add(page)
    return survey.document()


@cache
def _template() -> Template:
    folder = Path(__file__).parents[1] / "web" / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined).get_template(
        "dataset_report.html"
    )
