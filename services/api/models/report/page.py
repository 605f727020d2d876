"""The report of a model as one page that needs nothing else."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from services.api.models.report.figures import draw_svgs
from services.api.models.report.schema import ModelReport
from services.api.models.report.starter_service import STARTER_KIND
from shared.domain.head import CLASSES

_TEMPLATES = {CLASSES: "model_report.html", STARTER_KIND: "starter_report.html"}
"""By kind of report; others have that of heads without classes."""


def render_page(report: ModelReport) -> str:
    """The page of what `service.build_report` gathered."""
    # Drawn by us from numbers and class names, which matplotlib escapes: everything else on the page is escaped here.
    figures = {name: Markup(svg) for name, svg in draw_svgs(report).items()}  # noqa: S704
    template = _TEMPLATES.get(report["kind"], "head_report.html")
    return _template_environment().get_template(template).render(r=report, figures=figures)


@cache
def _template_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("services.api", "web/templates"), autoescape=select_autoescape(), undefined=StrictUndefined
    )
    environment.globals |= {"f": "{:.3f}".format, "f2": "{:.2f}".format, "pc": _format_percent}
    return environment


def _format_percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f} %"
