"""The figures of a model's report. matplotlib is imported when a figure is drawn."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from services.api.models.report.head_figures import draw_precision_recall, draw_scatter
from services.api.models.report.schema import ModelReport
from services.api.models.report.starter_figures import draw_starter
from services.api.models.report.starter_service import STARTER_KIND
from shared.domain.head import CLASSES, DIMENSIONS, TAGS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK, _SOFT, _GRID = "#1d2733", "#6b7785", "#dfe4ea"
_COLOURS = ("#1f6f8b", "#c8553d", "#e9a23b", "#4f772d", "#6a4c93", "#8d99ae")
_STYLE = {
    "font.size": 9,
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.family": "DejaVu Sans",
    "svg.fonttype": "path",
    "svg.hashsalt": "mer",
    "legend.frameon": False,
    "legend.fontsize": 8,
}
_MIN_PREDICTIONS = 10
"""Fewer predictions in a bin are drawn as a bar only: their accuracy is too uncertain."""
_NAMES = {
    "macro_f1": "macro F1",
    "weighted_f1": "weighted F1",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "roc_auc": "ROC AUC within folds",
    "arousal_macro_f1": "arousal, macro F1",
    "valence_macro_f1": "valence, macro F1",
}


def draw_svgs(report: ModelReport) -> dict[str, str]:
    """The figures of the page by name, each as an `<svg>` element."""
    if report["kind"] == STARTER_KIND:
        return {"starter": _render_svg(draw_starter, report, (6.4, 3.6))}
    if report["kind"] != CLASSES:
        draw = draw_precision_recall if report["kind"] == TAGS else draw_scatter
        return {draw.__name__: _render_svg(draw, report, (6.4, 4.0), n_axes=1 if report["kind"] == TAGS else 2)}
    drawn: dict[str, tuple[Callable[[Any, ModelReport], None], tuple[float, float]]] = {
        "intervals": (_draw_intervals, (6.4, 0.62 + 0.42 * len(report["headlines"]))),
        "confusion": (_draw_confusion, (4.2, 3.6)),
        "reliability": (_draw_reliability, (4.2, 3.6)),
        "roc": (_draw_roc, (4.2, 3.6)),
    }
    return {name: _render_svg(draw, report, size) for name, (draw, size) in drawn.items()}


def draw_png(report: ModelReport) -> bytes:
    """Confusion matrix and reliability curve side by side; of tags their curves, of dimensions what was annotated."""
    from matplotlib import rc_context  # noqa: PLC0415 (see above)

    with rc_context(_STYLE):  # type: ignore[arg-type]
        figure = _new_figure((9.2, 4.2))
        if report["kind"] == TAGS:
            draw_precision_recall(figure.subplots(), report)
        elif report["kind"] == STARTER_KIND:
            draw_starter(figure.subplots(), report)
        elif report["kind"] == DIMENSIONS:
            draw_scatter(figure.subplots(1, 2), report)
        else:
            left, right = figure.subplots(1, 2)
            _draw_confusion(left, report)
            _draw_reliability(right, report)
        model = report["model"]
        figure.suptitle(
            f"{model['taxonomy']}: {model['estimator']} on {model['inputs']}, version {model['version']}",
            fontsize=11,
            fontweight="bold",
            x=0.012,
            ha="left",
        )
        return _save_figure(figure, "png")


def _render_svg(
    draw: Callable[[Any, ModelReport], None], report: ModelReport, size: tuple[float, float], *, n_axes: int = 1
) -> str:
    from matplotlib import rc_context  # noqa: PLC0415 (see above)

    with rc_context(_STYLE):  # type: ignore[arg-type]
        figure = _new_figure(size)
        draw(figure.subplots(1, n_axes), report)
        text = _save_figure(figure, "svg").decode()
    return text[text.index("<svg") :]


def _new_figure(size: tuple[float, float]) -> "Figure":
    # Not pyplot, which keeps figures for ever and is not meant for threads.
    from matplotlib.figure import Figure  # noqa: PLC0415 (see above)

    return Figure(figsize=size, layout="constrained")


def _save_figure(figure: "Figure", form: str) -> bytes:
    buffer = io.BytesIO()
    metadata = {"Date": None} if form == "svg" else {}
    figure.savefig(buffer, format=form, dpi=160, metadata=metadata, facecolor="white", transparent=form == "svg")
    return buffer.getvalue()


def _draw_confusion(axes: "Axes", report: ModelReport) -> None:
    """Counts, coloured by the share of their row: what the tracks of an emotion were taken for."""
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415 (see above)

    counts = np.array(report["confusion"], dtype=float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap=LinearSegmentedColormap.from_list("mer", ["#f4f7f9", _COLOURS[0]]), vmin=0, vmax=1)
    for (row, column), n in np.ndenumerate(counts):
        share = shares[row, column]
        colour = "white" if share > 0.55 else _INK  # noqa: PLR2004 - readable on its ground
        axes.text(
            column,
            row,
            f"{n:.0f}\n{share:.0%}",
            ha="center",
            va="center",
            color=colour,
            fontsize=8,
            fontweight="bold" if row == column else "normal",
        )
    axes.set_xticks(range(len(counts)), report["classes"])
    axes.set_yticks(range(len(counts)), report["classes"])
    axes.set(xlabel="answered", ylabel="labelled", title="Confusion")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _draw_reliability(axes: "Axes", report: ModelReport) -> None:
    """The accuracy of predictions by their confidence, and the share of predictions in each bin."""
    bins = report["calibration"]["reliability"]
    axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=1, linestyle=(0, (4, 3)), label="perfect")
    if bins:
        shares = np.array([b["n"] for b in bins]) / sum(b["n"] for b in bins)
        centres, width = [(b["low"] + b["high"]) / 2 for b in bins], bins[0]["high"] - bins[0]["low"]
        axes.bar(centres, shares, width=0.9 * width, color=_GRID, label="share of answers")
        plotted = [b for b in bins if b["n"] >= _MIN_PREDICTIONS]
        confidence, accuracy = ([b[name] for b in plotted] for name in ("confidence", "accuracy"))
        axes.plot(
            confidence,
            accuracy,
            color=_COLOURS[0],
            linewidth=1.4,
            marker="o",
            markersize=4,
            clip_on=False,
            label=f"this model, where {_MIN_PREDICTIONS} answers or more",
        )
    axes.set(
        xlim=(0, 1),
        ylim=(0, 1),
        xlabel="confidence of the answer",
        ylabel="share that is right",
        title=f"Reliability (ECE {report['calibration']['ece']:.3f})",
    )
    axes.legend(loc="upper left", fontsize=7)


def _draw_roc(axes: "Axes", report: ModelReport) -> None:
    axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=1, linestyle=(0, (4, 3)))
    for colour, (name, curve) in zip(_COLOURS * len(report["roc"]), report["roc"].items(), strict=False):
        label = f"{name}  {curve['auc']:.3f}"
        axes.plot(curve["false_positives"], curve["true_positives"], color=colour, linewidth=1.5, label=label)
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="false positives", ylabel="true positives", title="ROC")
    if report["roc"]:
        axes.legend(loc="lower right", title="area", title_fontsize=8, alignment="right")


def _draw_intervals(axes: "Axes", report: ModelReport) -> None:
    """Each figure with its 95 % interval, beside chance."""
    names = list(report["headlines"])[::-1]
    for position, name in enumerate(names):
        figure_interval, floor = report["headlines"][name], report["chance"].get(name)
        axes.plot(
            [figure_interval["low"], figure_interval["high"]],
            [position, position],
            color=_COLOURS[0],
            linewidth=5,
            solid_capstyle="round",
            alpha=0.35,
        )
        axes.scatter(
            figure_interval["value"],
            position,
            color=_COLOURS[0],
            s=34,
            zorder=3,
            label="this model" if not position else None,
        )
        axes.annotate(
            f"{figure_interval['value']:.3f}",
            (figure_interval["value"], position),
            (0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            fontweight="bold",
        )
        if floor:
            label = report["chance_name"] if not position else None
            axes.scatter(floor["value"], position, color=_COLOURS[1], marker="|", s=120, linewidth=2, label=label)
    axes.set(xlim=(0, 1), ylim=(-0.6, len(names) - 0.3))
    axes.set_yticks(range(len(names)), [_NAMES[name] for name in names])
    axes.tick_params(axis="y", length=0, labelcolor=_INK)
    axes.grid(axis="x", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
