"""The shape of a model's report, as JSON values: what the page and its figures read."""

from typing import Any, TypedDict

from shared.domain.model_card import TaggerCard
from shared.domain.starter import StarterCard
from shared.json_objects import JsonObject
from shared.metrics.report_schema import (
    EmpiricalCoverage,
    FigureInterval,
    IntervalEnds,
    ReliabilityBin,
    ResamplingNote,
    RocCurve,
    SelectionFigure,
)


class CalibrationReport(TypedDict, total=False):
    """How far the probabilities may be trusted; older cards and tags have not all of it."""

    ece: float
    ece_unweighted: float | None
    ece_under_perfect_calibration: float | None
    brier: float
    chance_brier: float
    baseline_brier: float
    brier_interval: IntervalEnds | None
    reliability: list[ReliabilityBin]


class PrecisionRecallCurve(TypedDict, total=False):
    """Of one tag; `floor` is the average precision of chance."""

    recall: list[float]
    precision: list[float]
    floor: float


class ScatterPoints(TypedDict):
    """Of one dimension, in [-1, 1], track by track."""

    annotated: list[float]
    predicted: list[float]


class MeasureName(TypedDict):
    """What decides between two models of this head: its key among the headlines, and its name."""

    key: str
    name: str


class ChampionComparison(TypedDict):
    """With the champion; `difference` is a `ComparisonFigures`, None where the two share too little."""

    champion: JsonObject
    difference: Any


class ModelReport(TypedDict, total=False):
    """What `build_report` returns: the keys of every head, then those of classes, of tags and of dimensions."""

    kind: str
    model: JsonObject
    classes: list[str]
    promotion: JsonObject | None
    selection: SelectionFigure | None
    comparison: ChampionComparison | None
    evaluations: list[JsonObject]
    data: JsonObject
    spec: str | None
    fold_assignments: JsonObject | None
    other_origins: JsonObject | None
    taggers: dict[str, TaggerCard]
    """By name, what others trained each of the audio taggers on that the model reads."""
    without_taggers: JsonObject | None
    """The same estimator on the same folds without them, and the gain; None for a model that reads none."""
    later_songs: JsonObject | None
    """The measure on songs that came out after the taggers were trained, and on the others; None without years."""
    chosen_by_fold: list[JsonObject]
    split: str
    interval: ResamplingNote | None
    starter: StarterCard | None
    """What the card of a model that ships with mer says beside the rest; None for an own model."""
    leak_report: JsonObject
    export: JsonObject
    limits: list[str]
    library_versions: dict[str, str]
    seed: int
    snapshot_id: str
    feature_fingerprint: str
    headlines: dict[str, FigureInterval]
    chance: dict[str, FigureInterval]
    baseline: dict[str, FigureInterval]
    chance_name: str
    per_class: dict[str, Any]
    """By output `ClassFigures`, `TagFigures` or `DimensionFigures`."""
    calibration: CalibrationReport

    confusion: list[list[int]]
    roc: dict[str, RocCurve]
    prediction_sets: list[EmpiricalCoverage]
    prediction_sets_by_class: list[EmpiricalCoverage]
    sure: JsonObject | None

    measure: MeasureName
    thresholds: dict[str, float]
    curves: dict[str, PrecisionRecallCurve]

    scatter: dict[str, ScatterPoints]
