"""The report's figures as SVG, drawn with matplotlib. No other module imports it."""

import io
import threading
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from services.api.dataset.schemas import AnnotatorCount, DatasetReportResponse

_FURTHER = ("#c8553d", "#1f6f8b", "#6a4c93", "#4f772d", "#b5838d", "#d4a017", "#2a9d8f")
"""For the emotions of a custom taxonomy."""
_COLOURS = MappingProxyType(
    {
        "calm": "#4c9f8a",
        "sad": "#4a6fa5",
        "energetic": "#e4572e",
        "happy": "#e9b44c",
        "healing": "#4c9f8a",
        "joyful": "#e9a13b",
        "negative": "#4a6fa5",
        "positive": "#e9b44c",
        "Q1": "#e9b44c",
        "Q2": "#e4572e",
        "Q3": "#4a6fa5",
        "Q4": "#4c9f8a",
        "unlabelled": "#b8bcc4",
    }
)
_INK, _GRID = "#2b2f36", "#e3e6ea"
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "mer",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "legend.frameon": False,
}
_DRAWING = threading.Lock()
_N_ANNOTATORS = 15
_N_COLUMNS = 3
_COUNTED = frozenset({"key", "mode", "time_signature"})
_UNITS: Any = {
    "duration_ms": ("duration (minutes)", 60_000.0),
    "loudness": ("loudness (dB)", 1.0),
    "tempo": ("tempo (BPM)", 1.0),
}
_WIDTH = 10.0


def draw_figures(report: DatasetReportResponse) -> dict[str, str]:
    """Name → SVG. A figure for which there is nothing to show is left out."""
    # the style is the process's: one request at a time draws with it
    with _DRAWING, mpl.rc_context(_STYLE):
        figures = {
            "moods": _draw_moods(report) if report.moods else None,
            "sources": _draw_stacked_bars(report.sources),
            "annotators": _draw_stacked_bars(
                {_shorten_name(who): who.emotions for who in report.annotators[:_N_ANNOTATORS]}
            ),
            "features": _draw_features(report) if report.features else None,
        }
        return {name: _render_svg(figure) for name, figure in figures.items() if figure is not None}


def _draw_moods(report: DatasetReportResponse) -> Figure:
    moods = list(report.moods)[::-1]
    figure, axes = _bar_figure(len(moods))
    with_audio = [report.moods[mood]["audio"] for mood in moods]
    without = [report.moods[mood]["tracks"] - report.moods[mood]["audio"] for mood in moods]
    colours = [_mood_colour(mood) for mood in moods]
    axes.barh(moods, with_audio, color=colours, height=0.65)
    axes.barh(moods, without, left=with_audio, color=colours, alpha=0.4, height=0.65)
    for position, (n_with_audio, n_without_audio) in enumerate(zip(with_audio, without, strict=True)):
        n_tracks = n_with_audio + n_without_audio
        _annotate_bar(axes, n_tracks, position, f"{n_tracks:,} ({n_with_audio:,} with audio)")
    axes.margins(x=0.28)
    axes.set_xlabel("tracks; pale: without audio")
    return figure


def _draw_stacked_bars(rows: dict[str, dict[str, int]]) -> Figure | None:
    """One bar a row, one colour a mood."""
    if not rows:
        return None
    names = sorted(rows, key=lambda name: sum(rows[name].values()))
    figure, axes = _bar_figure(len(names))
    left = [0] * len(names)
    labelled_moods = {mood for tally in rows.values() for mood in tally}
    moods = [*filter(labelled_moods.__contains__, _COLOURS), *sorted(labelled_moods - _COLOURS.keys())]
    for mood in moods:
        widths = [rows[name].get(mood, 0) for name in names]
        axes.barh(names, widths, left=left, color=_mood_colour(mood), label=mood, height=0.65)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    for position, total in enumerate(left):
        _annotate_bar(axes, total, position, f"{total:,}")
    axes.margins(x=0.12)
    axes.set_xlabel("tracks")
    figure.legend(loc="outside upper right", ncols=len(moods))
    return figure


def _draw_features(report: DatasetReportResponse) -> Figure:
    """Small multiples: shares of each mood's own tracks, so that large moods do not hide small ones."""
    n_rows = -(-len(report.features) // _N_COLUMNS)
    figure = Figure(figsize=(_WIDTH, 2.1 * n_rows + 0.5), layout="constrained")
    grid: Any = figure.subplots(n_rows, _N_COLUMNS, squeeze=False)
    for axes in grid.flat[len(report.features) :]:
        axes.set_axis_off()
    shown: dict[str, Any] = {}
    for axes, (name, feature) in zip(grid.flat, report.features.items(), strict=False):
        title, unit = _UNITS.get(name, (name.replace("_", " "), 1.0))
        edges = [edge / unit for edge in feature.edges]
        for mood, spread in feature.moods.items():
            shares = [n / spread.n for n in spread.counts]
            shown[mood] = axes.stairs(shares, edges, color=_mood_colour(mood), linewidth=1.6)
            if name not in _COUNTED:
                axes.axvline(spread.quantiles[2] / unit, color=_mood_colour(mood), linewidth=1, linestyle=":")
        axes.set_title(title)
        axes.set_yticks([])
        axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(nbins=6, integer=name in _COUNTED))
        axes.grid(visible=True, axis="x", color=_GRID)
    figure.legend(shown.values(), shown.keys(), loc="outside upper right", ncols=len(shown))
    return figure


def _bar_figure(n_bars: int) -> tuple[Figure, Any]:
    figure = Figure(figsize=(_WIDTH, 0.42 * n_bars + 1.1), layout="constrained")
    axes = figure.subplots()
    axes.grid(visible=True, axis="x", color=_GRID)
    axes.tick_params(length=0)
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True, nbins=7))
    axes.xaxis.set_major_formatter(mpl.ticker.StrMethodFormatter("{x:,.0f}"))
    return figure, axes


def _annotate_bar(axes: Any, width: int, position: int, text: str) -> None:
    axes.annotate(text, (width, position), xytext=(6, 0), textcoords="offset points", va="center")


def _shorten_name(who: AnnotatorCount) -> str:
    name = who.name if len(who.name) <= 42 else f"…{who.name[-41:]}"  # noqa: PLR2004 (what the figure has room for)
    return f"{name} ({who.kind})"


def _mood_colour(mood: str) -> str:
    return _COLOURS.get(mood) or _FURTHER[sum(mood.encode()) % len(_FURTHER)]


def _render_svg(figure: Figure) -> str:
    FigureCanvasSVG(figure)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None}, transparent=True)
    drawn = buffer.getvalue()
    return drawn[drawn.index("<svg") :]
