"""The report of a model as one page that needs nothing else."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from services.api.models.report.figures import svgs
from shared.domain.head import CLASSES


def page(report: dict[str, Any]) -> str:
    """The page of what `reporting.report` gathered."""
    # Drawn by us from numbers and class names, which matplotlib escapes: everything else on the page is escaped here.
    figures = {name: Markup(svg) for name, svg in svgs(report).items()}  # noqa: S704
    template = "model_report.html" if report["kind"] == CLASSES else "head_report.html"
    return _environment().get_template(template).render(r=report, figures=figures)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("services.api", "web/templates"), autoescape=select_autoescape(), undefined=StrictUndefined
    )
    found.globals |= {"f": "{:.3f}".format, "f2": "{:.2f}".format, "pc": _percent}
    return found


def _percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f} %"
