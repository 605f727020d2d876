"""The types of reports and their parts: the metrics on a model card as JSON values. Pure.

Shares and scores are in [0, 1] unless the function that computes them says otherwise.
"""

from typing import NotRequired, TypedDict


class IntervalEnds(TypedDict):
    """The ends of a two-sided 95 % interval."""

    low: float
    high: float


class FigureInterval(IntervalEnds):
    """A figure of all rows, between the ends of its interval."""

    value: float


class ResamplingNote(TypedDict):
    """How intervals were drawn."""

    confidence: float
    n_resamples: int
    resampled_by: str
    seed: int


class ClassFigures(TypedDict):
    """Of one class against the rest. Chance has no `roc_auc` by class."""

    precision: float
    recall: float
    f1: float
    support: int
    roc_auc: NotRequired[float]


class CountedFigures(TypedDict):
    """What follows from a confusion table."""

    macro_f1: FigureInterval
    weighted_f1: FigureInterval
    accuracy: FigureInterval
    balanced_accuracy: FigureInterval
    arousal_macro_f1: NotRequired[FigureInterval]
    """Of `quadrant4` alone, as `valence_macro_f1`."""
    valence_macro_f1: NotRequired[FigureInterval]


class ChanceClassification(CountedFigures):
    """Of what knows nothing of a track."""

    brier: float
    roc_auc: FigureInterval
    per_class: dict[str, ClassFigures]


class ClassificationFigures(ChanceClassification):
    """Of a model; `confusion` has targets as rows and answers as columns, `(k, k)`."""

    ece: float
    confusion: list[list[int]]


class ClassificationReport(ClassificationFigures):
    """What `classification_report` returns."""

    n_items: int
    n_groups: int
    n_folds: int
    classes: list[str]
    interval: ResamplingNote
    chance: ChanceClassification


class RankingFigures(TypedDict):
    """Of one tag, or means over the tags."""

    pr_auc: FigureInterval
    roc_auc: FigureInterval


class ThresholdFigures(TypedDict):
    """Of one tag, where `support` counts the tracks that have it."""

    precision: float
    recall: float
    f1: float
    support: int
    prevalence: float
    ece: float
    brier: float


class TagFigures(RankingFigures, ThresholdFigures):
    """All of one tag."""


class TagChance(TypedDict):
    """The expected average precision of a random order."""

    pr_auc: float


class ChanceRanking(RankingFigures):
    """Of a random order of the tracks."""

    brier: float
    per_class: dict[str, TagChance]


class MultilabelReport(RankingFigures):
    """What `multilabel_report` returns; `tags_chosen` and `tags_annotated` are means a track."""

    kind: str
    n_items: int
    n_groups: int
    classes: list[str]
    interval: ResamplingNote
    ece: float
    brier: float
    tags_chosen: float
    tags_annotated: float
    per_class: dict[str, TagFigures]
    chance: ChanceRanking


class DimensionFigures(TypedDict):
    """Of one dimension, or means over them; keys are `regression.MEASURES`."""

    r2: FigureInterval
    rmse: FigureInterval
    pearson: FigureInterval
    ccc: FigureInterval


class RegressionFigures(DimensionFigures):
    """The means, and the figures of each dimension."""

    per_class: dict[str, DimensionFigures]


class RegressionReport(RegressionFigures):
    """What `regression_report` returns."""

    kind: str
    n_items: int
    n_groups: int
    n_folds: int
    classes: list[str]
    interval: ResamplingNote
    chance: RegressionFigures


class CalibrationFigures(TypedDict):
    """How far probabilities may be trusted, beside what a perfectly calibrated model would show."""

    brier_interval: IntervalEnds
    ece_under_perfect_calibration: float


class EmpiricalCoverage(TypedDict):
    """What prediction sets did that were asked for `coverage`; see `conformal.empirical_coverage`."""

    coverage: float
    empirical: float
    low: float
    high: float
    mean_size: float
    single: float
    per_class: dict[str, float]
    per_class_interval: dict[str, IntervalEnds]


class EvaluatedSets(TypedDict):
    """What sets did, by the coverage they were asked for."""

    judged: list[EmpiricalCoverage]


class ClassConditionalSets(EvaluatedSets):
    """Sets with a threshold for each class: thresholds by class and coverage (`0.90`)."""

    n_artists: dict[str, int]
    thresholds: dict[str, dict[str, float]]


class SureAnswersCard(TypedDict):
    """`sureness.SureAnswers` as JSON values."""

    n_answers: int
    n_sure: int
    n_artists: int
    precision: FigureInterval | None
    lower_bound: float | None


class SurenessFigures(TypedDict):
    """What sure answers were worth; `share` is that of all answers that are sure."""

    share: float
    by_answer: dict[str, SureAnswersCard]


class PublishedSureness(SurenessFigures):
    """With the thresholds that are published: None for a word that is never said to be sure."""

    target: float
    confidence: float
    thresholds: dict[str, float | None]


class PublishedSets(EvaluatedSets):
    """What a card keeps of prediction sets: thresholds by coverage (`0.90`), and what they did.

    Older cards have neither `by_class` nor `sure`.
    """

    method: str
    thresholds: dict[str, float]
    by_class: NotRequired[ClassConditionalSets]
    sure: NotRequired[PublishedSureness]


class SetsOnOtherRows(EvaluatedSets):
    """What the published thresholds did on rows that no model learned from."""

    by_class: NotRequired[EvaluatedSets]
    sure: NotRequired[SurenessFigures]


class ReliabilityBin(TypedDict):
    """Of the bin (low, high]: mean confidence, accuracy and number of rows."""

    low: float
    high: float
    confidence: float
    accuracy: float
    n: int


class RocCurve(TypedDict):
    """Rising rates, and the area."""

    auc: float
    false_positives: list[float]
    true_positives: list[float]


class SelectionFigure(TypedDict):
    """`selection.CorrectedFigure` as JSON values."""

    n_candidates: int
    value: float
    low: float
    high: float
    n_resamples: int


class ComparisonFigures(TypedDict):
    """`comparison.ModelComparison` as JSON values."""

    n_tracks: int
    n_groups: int
    mine: float
    theirs: float
    difference: float
    low: float
    high: float
    share_better: float
    confidence: float
    n_resamples: int
    measure: str
    n_left_out: int
    method: str
    is_better: bool


class ClassMetrics(ClassificationReport, CalibrationFigures):
    """Of a head of classes. `conformal` is missing where the card judged has none, `ece_unweighted` (without the weight
    given to rare classes) where classes counted alike.
    """

    reliability: list[ReliabilityBin]
    conformal: NotRequired[PublishedSets | SetsOnOtherRows]
    ece_unweighted: NotRequired[float]


class TagsLeftOut(TypedDict):
    """Why one tag could not be judged: all tracks have it, or none has."""

    tracks_with: int
    tracks_without: int


class TagMetrics(MultilabelReport, CalibrationFigures):
    """Of a head of tags: with the probability from which on each tag is given. A training counts its folds, an
    evaluation says what it left out.
    """

    thresholds: dict[str, float]
    n_folds: NotRequired[int]
    tags_left_out: NotRequired[dict[str, TagsLeftOut]]


class ChancePlaneFigures(TypedDict):
    """Of what knows nothing of a track."""

    roc_auc: FigureInterval
    macro_f1: FigureInterval
    accuracy: FigureInterval
    brier: float


class PlaneProbabilityFigures(ChancePlaneFigures):
    """Of the probability that a song is positive, or active; macro F1 and accuracy of the side of 1/2 that it is on."""

    ece: float
    ece_under_perfect_calibration: float
    reliability: list[ReliabilityBin]
    """Of the probability itself: `accuracy` is the share of songs that are positive, or active."""
    support: dict[str, int]
    """Songs on each side, `low` and `high`."""
    chance: ChancePlaneFigures


class PlaneProbabilityReport(TypedDict):
    """What `plane_probability_report` returns: there is no `r2`."""

    kind: str
    meaning: str
    n_items: int
    n_groups: int
    n_folds: int
    classes: list[str]
    interval: ResamplingNote
    per_class: dict[str, PlaneProbabilityFigures]


HeadMetrics = ClassMetrics | TagMetrics | RegressionReport
"""Of one head: `kind` says which, and of classes there is none."""
