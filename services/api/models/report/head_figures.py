"""The figures of tags and of dimensions, drawn on axes that `figures` makes."""

from typing import TYPE_CHECKING

from services.api.models.report.schema import ModelReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

_COLOURS = ("#1f6f8b", "#c8553d", "#e9a23b", "#4f772d", "#6a4c93", "#8d99ae")
_SOFT = "#6b7785"
_MOST_CURVES = 12
"""More than these are a tangle: those of the commonest tags are drawn."""


def draw_precision_recall(axes: "Axes", report: ModelReport) -> None:
    """A curve for each tag, named with its area and, in brackets, what a coin would have."""
    shown = sorted(report["curves"], key=lambda tag: -report["per_class"][tag]["support"])[:_MOST_CURVES]
    for position, tag in enumerate(shown):
        curve = report["curves"][tag]
        label = f"{tag}  {report['per_class'][tag]['pr_auc']['value']:.2f} ({curve['floor']:.2f})"
        style = "-" if position < len(_COLOURS) else "--"
        axes.plot(
            curve["recall"],
            curve["precision"],
            style,
            color=_COLOURS[position % len(_COLOURS)],
            label=label,
            linewidth=1.4,
        )
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="recall", ylabel="precision", title="Precision and recall")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title="PR-AUC (prevalence)", title_fontsize=8)


def draw_scatter(axes_pair: "Sequence[Axes]", report: ModelReport) -> None:
    """What was predicted out of fold against what was annotated, a dimension each."""
    for axes, colour, (name, points) in zip(axes_pair, _COLOURS, report["scatter"].items(), strict=False):
        axes.plot([-1, 1], [-1, 1], color=_SOFT, linewidth=1, linestyle=(0, (4, 3)))
        axes.scatter(points["annotated"], points["predicted"], s=9, alpha=0.45, color=colour, linewidths=0)
        r2 = report["per_class"][name]["r2"]["value"]
        axes.set(xlim=(-1, 1), ylim=(-1, 1), xlabel="annotated", ylabel="predicted", title=f"{name} (R² {r2:.2f})")
        axes.set_aspect("equal")
