"""What stands beside the figures of a model, as text: what they depend on, and what its answers promise.

Cards made before a figure was measured lack it: nothing is shown of it then.
"""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.views.emotions import format_emotion
from shared.json_objects import JsonObject


def show_further_figures(console: Console, metrics: JsonObject, classes: list[str], *, taxonomy: str) -> None:
    """Features, calibration, folds, sets and sure answers, other origins."""
    for line in (_spec_line(metrics), _calibration_line(metrics), _fold_assignment_line(metrics)):
        if line:
            console.print(line, highlight=False, markup=False)
    conformal = metrics.get("conformal", {})
    if "sure" in conformal:
        console.print(_promise_table(conformal, classes, taxonomy=taxonomy))
    if origins := metrics.get("other_origins"):
        console.print(
            f"each origin left out, {origins['measure']} ({origins['pooled']:.3f} over all):", highlight=False
        )
        console.print(_origin_table(origins))


def _spec_line(metrics: JsonObject) -> str | None:
    return f"all figures are of features {metrics['spec']}" if "spec" in metrics else None


def _calibration_line(metrics: JsonObject) -> str | None:
    interval = metrics.get("brier_interval")
    if interval is None:
        return None
    return (
        f"calibration: Brier score {metrics['brier']:.3f} ({interval['low']:.3f}–{interval['high']:.3f}), ECE "
        f"{metrics['ece']:.3f}, where perfect calibration would show {metrics['ece_under_perfect_calibration']:.3f}"
    )


def _fold_assignment_line(metrics: JsonObject) -> str | None:
    assignments = metrics.get("fold_assignments")
    if assignments is None:
        return None
    if "not_computed" in assignments:
        return f"other assignments of artists to folds: not computed, {assignments['not_computed']}"
    return (
        f"{assignments['measure']} is {assignments['low']:.3f} to {assignments['high']:.3f} under "
        f"{len(assignments['values'])} assignments of artists to folds"
    )


def _promise_table(conformal: JsonObject, classes: list[str], *, taxonomy: str) -> Table:
    """By class how often sets hold it, and by answer how often sure ones were right."""
    sets, sure = (_at_90(conformal["judged"]), conformal["sure"])
    by_class = _at_90(conformal["by_class"]["judged"])
    table = Table("emotion", "sets of 90 % hold it", "sets by class", "sure from", "sure answers right", box=None)
    for name in classes:
        row = sure["by_answer"][name]
        limit, precision = sure["thresholds"][name], row["precision"]
        sure_precision = (
            f"{_format_interval(precision)}, {row['n_sure']} of {row['n_answers']}"
            if limit is not None
            else "never sure"
        )
        table.add_row(
            format_emotion(taxonomy, name),
            _format_coverage(sets, name),
            _format_coverage(by_class, name),
            f"{limit:.2f}" if limit is not None else "–",
            sure_precision,
        )
    return table


def _at_90(judged: list[JsonObject]) -> JsonObject:
    return min(judged, key=lambda row: abs(row["coverage"] - 0.9))


def _format_coverage(row: JsonObject, name: str) -> str:
    if name not in row["per_class"]:
        return "–"
    return _format_interval({"value": row["per_class"][name], **row["per_class_interval"][name]})


def _origin_table(origins: JsonObject) -> Table:
    table = Table("origin", "tracks", "artists", "left out", box=None)
    for row in origins["origins"]:
        left_out = f"not computed: {row['not_computed']}"
        if row["value"] is not None:
            below = ", below the figure over all" if row["below_pooled"] else ""
            left_out = f"{row['value']:.3f} ({row['low']:.3f}–{row['high']:.3f}){below}"
        table.add_row(escape(row["origin"]), str(row["n_tracks"]), str(row["n_artists"]), escape(left_out))
    return table


def _format_interval(interval: dict[str, float]) -> str:
    return f"{interval['value']:.2f} ({interval['low']:.2f}–{interval['high']:.2f})"
