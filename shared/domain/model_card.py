"""The model card: what a model is, its training data, its metrics, and where it must not be used.

Source of the idea: Mitchell et al., *Model Cards for Model Reporting* (2019).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Final, NotRequired, Self, TypedDict, cast

from shared.domain.leaks import LeakReportCard
from shared.domain.snapshot import SnapshotCounts
from shared.domain.starter import StarterCard
from shared.json_objects import JsonObject

_TUPLES = ("classes", "feature_names", "origins", "limits")
_OBJECTS = (
    "hyperparameters",
    "data_counts",
    "metrics",
    "leak_report",
    "library_versions",
    "stage_fingerprints",
    "taggers",
    "starter",
)
_LATER = frozenset({"stage_fingerprints", "taggers", "starter"})
"""Keys that cards of before do not have."""
_NUMBERS = ("n_features", "seed")

SELECTION = "selection"
"""Among the metrics of a model that was the best of several: its measure corrected for having been picked."""
CHANCE: Final = "chance"
BASELINE: Final = "baseline"
"""Where metrics keep the figures of a model that knows nothing; `baseline` on cards made before it was called chance,
and there the majority class."""


@dataclass(frozen=True, kw_only=True)
class ChanceFigures:
    """What stands beside the figures of a model."""

    name: str
    figures: Mapping[str, Any]


def served_metrics(metrics: Mapping[str, Any]) -> JsonObject:
    """Metrics as programs get them: chance also by the name that it had before."""
    return {**metrics, BASELINE: metrics[CHANCE]} if CHANCE in metrics else dict(metrics)


def read_chance(metrics: Mapping[str, Any], *, of_old: str = "majority class") -> ChanceFigures:
    """Of a card's metrics; `of_old` is what an older card has there instead."""
    if CHANCE in metrics:
        return ChanceFigures(name=CHANCE, figures=metrics[CHANCE])
    return ChanceFigures(name=of_old, figures=metrics.get(BASELINE, {}))


class TaggerCard(TypedDict):
    """What a card says of a pretrained network whose values the model reads."""

    fingerprint: str
    licence: str
    citation: str
    trained_on: str
    """By others: songs and artists of a test may be among them."""


class ModelCardDocument(TypedDict):
    """A `ModelCard` as JSON values: what the column `card` keeps, and the API and the command line show."""

    name: str
    version: str
    estimator: str
    hyperparameters: JsonObject
    inputs: str
    taxonomy: str
    classes: list[str]
    feature_fingerprint: str
    feature_names: list[str]
    n_features: int
    snapshot_id: str
    seed: int
    synthetic: bool
    origins: list[str]
    data_counts: SnapshotCounts
    split: str
    metrics: JsonObject
    leak_report: LeakReportCard
    limits: list[str]
    library_versions: dict[str, str]
    created_at: str
    """ISO 8601, with its offset from UTC."""
    stage_fingerprints: NotRequired[dict[str, str]]
    taggers: NotRequired[dict[str, TaggerCard]]
    """By name, what others trained each audio tagger on that the model reads."""
    starter: NotRequired[StarterCard]
    """Of a model that comes with mer; absent on all others."""


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """Everything said about a model, published beside its artefact."""

    name: str
    version: str
    estimator: str
    hyperparameters: JsonObject
    inputs: str
    """One of `dataset.INPUTS`."""
    taxonomy: str
    classes: tuple[str, ...]
    """In the taxonomy's order, which is the order of the artefact's columns."""
    feature_fingerprint: str
    """Of the whole spec under which its training set was read."""
    feature_names: tuple[str, ...]
    """In the order of the artefact's input; empty where the input is nothing but an array."""
    n_features: int
    """The width of a row, beside which there may be an array; of a network on arrays alone the values of one excerpt:
    27,648 (128 mel bands of 216 frames) or 110,250 samples."""
    snapshot_id: str
    seed: int
    synthetic: bool
    """Trained on the synthetic demo: answers synthetic tracks only."""
    origins: tuple[str, ...]
    """Of catalogue features: the only origins that the model may score."""
    data_counts: SnapshotCounts
    """How many items, per class, and how many were set aside and why."""
    split: str
    """One sentence: how the folds were made."""
    metrics: JsonObject
    """Out of fold: a `HeadMetrics` of `shared.metrics.report_schema`, as JSON."""
    leak_report: LeakReportCard
    limits: tuple[str, ...]
    """Sentences for the person who would use the model."""
    library_versions: dict[str, str]
    created_at: datetime
    """With its time zone."""
    stage_fingerprints: dict[str, str] = field(default_factory=dict)
    """Of the stages that it reads: it answers tracks with values of these versions. Empty on a card of before this was
    written down, whose stages follow from `feature_fingerprint`, and where it reads delivered columns alone. Those of
    audio taggers are among them, by the name of each.
    """
    taggers: dict[str, TaggerCard] = field(default_factory=dict)
    """The pretrained networks whose values it reads, by name. Empty where it reads none."""
    starter: StarterCard | None = None
    """What a model that comes with mer says of itself; None of every other model."""

    def __post_init__(self) -> None:
        """Raises ValueError where two fields contradict each other or the time has no zone."""
        if self.feature_names and len(self.feature_names) != self.n_features:
            raise ValueError(f"{len(self.feature_names)} feature names for {self.n_features} features")
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("a class stands twice")
        if self.created_at.tzinfo is None:
            raise ValueError("created_at needs a time zone")

    def to_document(self) -> ModelCardDocument:
        """The card as JSON values: what a JSON column keeps."""
        document = asdict(self) | {name: list(getattr(self, name)) for name in _TUPLES}
        if self.starter is None:
            del document["starter"]
        return cast("ModelCardDocument", document | {"created_at": self.created_at.isoformat()})

    @classmethod
    def from_document(cls, document: object) -> Self:
        """The reverse of `to_document`. Raises ValueError for an unknown or missing key, or a value of another type."""
        if not isinstance(document, dict):
            raise ValueError("a model card is a JSON object")  # noqa: TRY004 - bad text, not a bad call
        _check_keys(set(document), {one.name for one in fields(cls)})
        for name in document:
            _check_value(name, document[name])
        values: JsonObject = {name: tuple(value) if name in _TUPLES else value for name, value in document.items()}
        return cls(**{**values, "created_at": datetime.fromisoformat(document["created_at"])})

    def to_json(self) -> str:
        """The card as text, keys sorted. Raises ValueError for a number that JSON has no word for (NaN)."""
        return json.dumps(self.to_document(), sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The reverse of `to_json`. Raises ValueError for anything that is not exactly a model card."""
        return cls.from_document(json.loads(text))


def _check_keys(given: set[str], expected: set[str]) -> None:
    if not expected - _LATER <= given <= expected:
        missing, unknown = sorted(expected - _LATER - given), sorted(given - expected)
        raise ValueError(f"not a model card: missing keys {missing}, unknown keys {unknown}")


def _check_value(name: str, value: object) -> None:
    if name in _TUPLES:
        good = isinstance(value, list) and all(isinstance(word, str) for word in value)
    elif name in _OBJECTS:
        good = isinstance(value, dict)
    elif name in _NUMBERS:
        good = isinstance(value, int) and not isinstance(value, bool)
    elif name == "synthetic":
        good = isinstance(value, bool)
    else:
        good = isinstance(value, str)
    if not good:
        raise ValueError(f"not a model card: {name} has a value of the wrong type ({type(value).__name__})")
