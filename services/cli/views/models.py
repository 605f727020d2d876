"""Models and their figures as text."""

from rich.console import Console
from rich.table import Table

from services.cli.views.columns import id_column
from services.cli.views.emotions import format_emotion
from services.cli.views.figures import show_further_figures
from shared.domain.leaks import LeakState, leak_sentence
from shared.domain.model_card import SELECTION, ModelCardDocument, read_chance
from shared.json_objects import JsonObject

MEASURES = {"macro_f1": "macro F1", "pr_auc": "PR-AUC", "r2": "R²"}


def show_models(console: Console, models: list[JsonObject]) -> None:
    """Models with their scores beside chance."""
    table = Table(
        id_column(),
        "model",
        "taxonomy",
        "version",
        "state",
        "score",
        "95 %",
        "accuracy",
        "chance / accuracy",
        box=None,
    )
    for model in models:
        table.add_row(
            model["id"],
            f"{model['estimator']} on {model['inputs']}" + (" (synthetic)" if model["synthetic"] else ""),
            model["taxonomy"],
            str(model["version"]),
            model["state"] + (", default" if model["is_default"] else ""),
            *_score_cells(model["metrics"]),
        )
    console.print(table)


def _score_cells(metrics: JsonObject) -> tuple[str, ...]:
    if not _has_measure(metrics):
        return ("–",) * 4
    name = primary_measure(metrics)
    score, floor = metrics[name], read_chance(metrics).figures
    return (
        f"{MEASURES[name]} {score['value']:.3f}" + _leak_word(metrics),
        f"{score['low']:.2f}–{score['high']:.2f}",
        f"{metrics['accuracy']['value']:.3f}" if "accuracy" in metrics else "–",
        f"{floor[name]['value']:.3f}" + (f" / {floor['accuracy']['value']:.3f}" if "accuracy" in floor else ""),
    )


def show_model(console: Console, model: JsonObject) -> None:
    """One model, class by class."""
    show_models(console, [model])
    metrics = model["metrics"]
    card: ModelCardDocument = model["card"]
    if starter := card.get("starter"):
        derived = "; derived from tags, not measured" if starter["derived"] else ""
        console.print(f"a starter that ships with mer{derived}: {starter['data']}", highlight=False, markup=False)
        console.print(f"licence: {starter['licence']}", highlight=False, markup=False)
    if not _has_measure(metrics):
        for limit in card["limits"]:
            console.print(f"limit: {limit}", highlight=False, markup=False)
        return
    console.print(_each_output(card["classes"], metrics, taxonomy=model["taxonomy"]))
    console.print(
        f"{metrics['n_items']} tracks of {metrics['n_groups']} artists, {card['split']}; "
        f"leak check {leak_sentence(card['leak_report'])}",
        highlight=False,
    )
    if gain := metrics.get("without_taggers", {}).get("gain"):
        console.print(
            f"reads audio taggers ({', '.join(card['taggers'])}), which others trained; without them {gain['measure']} "
            f"is {gain['theirs']:.3f}, a difference of {gain['difference']:+.3f} ({gain['low']:+.3f} to "
            f"{gain['high']:+.3f})",
            highlight=False,
        )
    if later := metrics.get("later_songs"):
        console.print(
            f"songs after {later['after']}, which no tagger learned from: {_describe_songs(later['later'])}; "
            f"earlier ones: {_describe_songs(later['earlier'])}",
            highlight=False,
        )
    if isinstance(area := metrics.get("roc_auc"), dict):  # older cards have a number, over all folds
        console.print(
            f"ROC AUC within folds {area['value']:.3f} ({area['low']:.2f}–{area['high']:.2f}), chance 0.5",
            highlight=False,
        )
    if picked := metrics.get(SELECTION):
        console.print(
            f"picked among {picked['n_candidates']}: corrected "
            f"{MEASURES[primary_measure(metrics)]} {picked['value']:.3f} "
            f"({picked['low']:.2f}–{picked['high']:.2f})",
            highlight=False,
        )
    show_further_figures(console, metrics, card["classes"], taxonomy=model["taxonomy"])
    if "promotion" in metrics:
        console.print(f"promotion: {metrics['promotion']}", highlight=False, markup=False)
    for limit in card["limits"]:
        console.print(f"limit: {limit}", highlight=False, markup=False)


def primary_measure(metrics: JsonObject) -> str:
    """The name of what decides between models of this head."""
    return next(name for name in MEASURES if name in metrics)


def _has_measure(metrics: JsonObject) -> bool:
    """Whether the metrics have the measure of the head: some starters have other figures."""
    return any(name in metrics for name in MEASURES)


def _describe_songs(part: JsonObject) -> str:
    if reason := part.get("not_computed"):
        return f"{part['n_songs']}, no figure ({reason})"
    name = primary_measure(part)
    figure = part[name]
    return f"{MEASURES[name]} {figure['value']:.3f} ({figure['low']:.2f}–{figure['high']:.2f}) of {part['n_songs']}"


def _leak_word(metrics: JsonObject) -> str:
    """The word that a figure carries whose artists are not known."""
    return ", artists unknown" if metrics.get("leak_check") == LeakState.UNKNOWN else ""


def _each_output(outputs: list[str], metrics: JsonObject, *, taxonomy: str) -> Table:
    """Emotion by emotion, tag by tag, or both dimensions."""
    if primary_measure(metrics) == "r2":
        table = Table("dimension", "R²", "RMSE", "Pearson", "CCC", box=None)
        for name in outputs:
            row = metrics["per_class"][name]
            table.add_row(name, *(f"{row[key]['value']:.3f}" for key in ("r2", "rmse", "pearson", "ccc")))
        return table
    ranked = primary_measure(metrics) == "pr_auc"
    extra = ("PR-AUC", "ROC-AUC") if ranked else ()
    table = Table("tag" if ranked else "emotion", "precision", "recall", "F1", *extra, "support", box=None)
    for name in outputs:
        row = metrics["per_class"][name]
        figures = [f"{row[key]:.2f}" for key in ("precision", "recall", "f1")]
        figures += [f"{row[key]['value']:.2f}" for key in ("pr_auc", "roc_auc")] if ranked else []
        table.add_row(format_emotion(taxonomy, name), *figures, str(row["support"]))
    return table
