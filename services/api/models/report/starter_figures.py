"""The figure of a starter without the figures of its head: shares of words by genre, or how well each side is told."""

from typing import TYPE_CHECKING

from services.api.models.report.schema import ModelReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#1f6f8b", "#6a4c93", "#c8553d", "#e9a23b", "#dfe4ea")
_MOST_GENRES = 8
_ALL = "all"


def draw_starter(axes: "Axes", report: ModelReport) -> None:
    """Of a reading the shares of its words in the genres with the most clips; else the ROC AUC of each output."""
    starter = report["starter"]
    assert starter is not None
    shares = starter.get("word_shares")
    if shares is None:
        names = list(report["per_class"])
        axes.barh(names, [report["per_class"][name]["roc_auc"]["value"] for name in names], color=_COLOURS[0])
        axes.axvline(0.5, color=_COLOURS[-1])
        axes.set(xlim=(0, 1), xlabel="ROC AUC (chance 0.5)", title="Positive against negative, active against quiet")
        return
    genres = sorted((name for name in shares if name != _ALL), key=lambda name: -shares[name]["n_clips"])
    shown = [*reversed(genres[:_MOST_GENRES]), _ALL]
    left = [0.0] * len(shown)
    for colour, word in zip(_COLOURS, (*report["classes"], "none"), strict=True):
        widths = [shares[name]["shares"].get(word, 0.0) for name in shown]
        axes.barh(shown, widths, left=left, color=colour, label=word)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axes.set(xlim=(0, 1), xlabel="share of clips", title="What it answers, by genre")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
