"""`/dataset`: statistics of the library."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.api.dataset.schemas import DatasetReportResponse
from services.api.dataset.statistics import DatasetStatistics
from services.api.deps import ApiPorts, PortsDep, TaxonomyQuery
from services.api.schemas.problem import ProblemDetails
from services.api.tracks.service import get_answering_model
from shared.store.tracks.decisions import AnsweringModel
from shared.store.tracks.track_records import iterate_tracks

router = APIRouter(prefix="/dataset", tags=["dataset"], responses={422: {"model": ProblemDetails}})

Which = Annotated[
    Literal["real", "synthetic", "all"], Query(description="Real tracks, the demo library's synthetic ones, or both")
]
_LIBRARIES: Mapping[str, tuple[bool, ...]] = MappingProxyType(
    {"real": (False,), "synthetic": (True,), "all": (False, True)}
)
"""The libraries that each counts, by whether they are synthetic."""

_SHARES = (
    "The share of each mood's tracks along each catalogue feature. Dotted: the medians. The outermost thousandths are "
    "drawn at the edges."
)
_CHAPTERS = (
    ("moods", "Moods", "Tracks by their label, with and without audio."),
    ("sources", "Sources", "Where tracks came from, by label. A track that two sources know is in both rows."),
    ("annotators", "Annotators", "Who annotated, and how: each annotator's latest annotation of each track."),
    ("features", "Features by mood", _SHARES),
)


@router.get("/report")
def report(ports: PortsDep, taxonomy: TaxonomyQuery = None, library: Which = "real") -> DatasetReportResponse:
    """Counts by mood, source and annotator, the spread of each feature by mood, duplicates and conflicts."""
    return _collect_statistics(ports, taxonomy, library)


@router.get("/report.html", response_class=HTMLResponse)
def report_page(ports: PortsDep, taxonomy: TaxonomyQuery = None, library: Which = "real") -> HTMLResponse:
    """The same as a page with figures, in one file that needs nothing else."""
    from services.api.dataset.figures import draw_figures  # noqa: PLC0415 (matplotlib takes a second and 60 MB, for this page only)

    statistics = _collect_statistics(ports, taxonomy, library)
    numbers = (
        (statistics.n_tracks, "tracks"),
        (statistics.n_labelled, "with a label"),
        (statistics.n_with_audio, "with audio"),
        (statistics.n_with_features, "analysed"),
        (statistics.n_with_catalogue, "with catalogue columns"),
        (statistics.n_conflicts, "in conflict"),
    )
    page = _report_template().render(
        report=statistics,
        figures=draw_figures(statistics),
        numbers=numbers,
        chapters=_CHAPTERS,
        made_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )
    return HTMLResponse(page)


def _collect_statistics(ports: ApiPorts, taxonomy: str | None, library: str) -> DatasetReportResponse:
    libraries = _LIBRARIES[library]
    answering = _get_answering_models(ports, taxonomy, libraries)
    with ports.store.read() as repositories:
        n_not_scored = sum(repositories.decisions.count_not_scored(model) for model in answering.values())
        n_left_out = sum(repositories.tracks.count_tracks(synthetic=other) for other in {True, False} - set(libraries))
    taxonomy_name = answering[libraries[0]].taxonomy
    statistics = DatasetStatistics(
        taxonomy=taxonomy_name, library=library, n_not_scored=n_not_scored, n_left_out=n_left_out
    )
    for synthetic, model in answering.items():
        for page in iterate_tracks(ports.store, spec=ports.spec.fingerprint, answering=model, synthetic=synthetic):
            statistics.add_page(page)
    return statistics.to_response()


def _get_answering_models(
    ports: ApiPorts, taxonomy: str | None, libraries: Sequence[bool]
) -> dict[bool, AnsweringModel]:
    """Who answers for each of the libraries (by `synthetic`), all in one taxonomy: without one asked for, the taxonomy
    of the first library that has a champion.
    """
    champions = [get_answering_model(ports, taxonomy, synthetic=synthetic) for synthetic in libraries]
    common = next((champion.taxonomy for champion in champions if champion.model is not None), champions[0].taxonomy)
    return {synthetic: get_answering_model(ports, common, synthetic=synthetic) for synthetic in libraries}


@cache
def _report_template() -> Template:
    folder = Path(__file__).parents[1] / "web" / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined).get_template(
        "dataset_report.html"
    )
