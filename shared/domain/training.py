"""The request of a training."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from shared.domain.dataset import INPUTS
from shared.domain.emotion import TAXONOMIES, EmotionTaxonomy, get_taxonomy, merge_taxonomy
from shared.domain.estimators import ESTIMATOR_SPECS, Hyperparameters
from shared.domain.head import CLASSES, HEAD_KINDS, TAGS
from shared.domain.targets import normalise_tag
from shared.json_objects import JsonObject

ESTIMATORS = tuple(ESTIMATOR_SPECS)
"""Names that a request may use; the trainer has the classes."""

LIBRARIES = ("real", "synthetic")
IMBALANCES = (
    "none",
    "weights",
    "soft_weights",
    "oversample",
    "smote",
    "borderline_smote",
    "adasyn",
    "smote_tomek",
)
"""What is done about rare classes: nothing, class weights, their square roots, or rows made up, always inside the
training side of a fold.
"""
SEARCHES = ("none", "grid", "random", "halving")
SCORINGS = ("weighted_f1", "macro_f1")
THRESHOLDS = ("none", "macro_f1")
_AS_IS = ("none", "none")
HONEST, TALK = "honest", "talk"
PROTOCOLS = (HONEST, TALK)
"""`talk`: random folds, an artist on both sides. Never promoted."""


@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """Candidates to fit: every estimator on every input, all on one snapshot."""

    estimators: tuple[str, ...] = ("svm",)
    inputs: tuple[str, ...] = ("descriptors",)
    kind: str = CLASSES
    """Of the head: `classes` of `taxonomy`, `tags`, or `dimensions`: valence and arousal."""
    tags: tuple[str, ...] = ()
    """Of a head of tags: those to learn; empty: all that stand on `min_tracks` tracks."""
    min_tracks: int = 20
    taxonomy: str = "mood4"
    """With `merge`: the taxonomy whose labels are merged. Without: any, also the name of a merge."""
    merge: dict[str, list[str]] | None = None
    """A custom taxonomy: its emotions, and which labels of `taxonomy` each stands for."""
    library: str = "real"
    """Real tracks, or the synthetic ones of the demo: never both."""
    exclude_sources: tuple[str, ...] = ()
    """Tracks that come from any of these are left out."""
    licences: tuple[str, ...] = ()
    """Only tracks with one of these licences, by its beginning; empty: all."""
    missing: bool = False
    """Also tracks whose last file is gone."""
    hyperparameters: dict[str, Hyperparameters] = field(default_factory=dict)
    """By estimator; what is not named stays at its default."""
    imbalance: str = "none"
    thresholds: str = "none"
    search: str = "none"
    scoring: str = "weighted_f1"
    """What a search of classes or tags maximises on inner folds; one of dimensions maximises R²."""
    grid: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    """By estimator: the values that a search tries; otherwise the estimator's own."""
    n_candidates: int = 16
    """How many a random search draws."""
    protocol: str = HONEST
    n_folds: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse names and values that do not exist. Raises ValueError, saying which there are."""
        _require_known("estimators", self.estimators, ESTIMATORS)
        _require_known("inputs", self.inputs, INPUTS)
        _require_known("library", (self.library,), LIBRARIES)
        _require_known("imbalance", (self.imbalance,), IMBALANCES)
        _require_known("thresholds", (self.thresholds,), THRESHOLDS)
        _require_known("search", (self.search,), SEARCHES)
        _require_known("scoring", (self.scoring,), SCORINGS)
        _require_known("protocol", (self.protocol,), PROTOCOLS)
        self._check_hyperparameters()
        self._check_inputs()
        self._check_kind()
        self._check_imbalance()
        self.build_taxonomy()

    @property
    def synthetic(self) -> bool:
        """Whether this trains on the demo library."""
        return self.library == "synthetic"

    def build_taxonomy(self) -> EmotionTaxonomy:
        """The taxonomy that the models answer in. Raises ValueError for a merge that is none."""
        if self.merge is None:
            return get_taxonomy(self.taxonomy)
        _require_known("taxonomy", (self.taxonomy,), tuple(TAXONOMIES))
        return merge_taxonomy(TAXONOMIES[self.taxonomy], self.merge)

    def tag_names(self) -> tuple[str, ...]:
        """`tags` as they are compared, each once."""
        return tuple(dict.fromkeys(map(normalise_tag, self.tags)))

    @property
    def is_tuned(self) -> bool:
        """Whether fitting finds hyperparameters or thresholds, which may differ from fold to fold."""
        return self.search != "none" or self.thresholds != "none"

    def list_candidates(self) -> list[tuple[str, str]]:
        """`(estimator, input)` pairs, in the order asked for."""
        return [(estimator, read) for estimator in self.estimators for read in self.inputs]

    def to_params(self) -> JsonObject:
        """JSON-able form, as a job keeps it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_params(cls, params: JsonObject) -> Self:
        """The request that `to_params` wrote."""
        values: JsonObject = {
            name: tuple(value) if isinstance(value, list) else value for name, value in params.items()
        }
        return cls(**values)

    def _check_hyperparameters(self) -> None:
        for field_name, by_estimator in (("hyperparameters", self.hyperparameters), ("grid", self.grid)):
            for name in by_estimator:
                _require_known(field_name, (name,), self.estimators)
        for name, values in self.hyperparameters.items():
            ESTIMATOR_SPECS[name].check_hyperparameters(name, values)
        for name, lists in self.grid.items():
            for key, tried in lists.items():
                if not tried:
                    raise ValueError(f"grid: {key} of {name}: give at least one value")
                for value in tried:
                    ESTIMATOR_SPECS[name].check_hyperparameters(name, {key: value})

    def _check_imbalance(self) -> None:
        for name in self.estimators:
            trains = any(ESTIMATOR_SPECS[name].trains_network(read) for read in self.inputs)
            if trains and self.imbalance not in {"none", "weights", "soft_weights"}:
                raise ValueError(f"imbalance: {name} makes up no tracks; use none, weights or soft_weights")
            if ESTIMATOR_SPECS[name].is_network and self.kind != CLASSES and (self.imbalance, self.search) != _AS_IS:
                raise ValueError(
                    f"imbalance, search: {name} learns all {self.kind} at once, as they are; leave these out"
                )

    def _check_inputs(self) -> None:
        for estimator, read in self.list_candidates():
            fit = ESTIMATOR_SPECS[estimator].inputs
            if read not in fit:
                raise ValueError(f"inputs: {estimator} does not read {read}; it reads {', '.join(fit)}")

    def _check_kind(self) -> None:
        _require_known("head", (self.kind,), HEAD_KINDS)
        for name in self.estimators:
            heads = ESTIMATOR_SPECS[name].heads
            if (self.kind == CLASSES and not set(heads) & set(TAXONOMIES)) or (
                self.kind != CLASSES and self.kind not in heads
            ):
                raise ValueError(f"head: {name} does not learn {self.kind}; it learns {', '.join(heads)}")
        if self.kind != TAGS and self.tags:
            raise ValueError(f"tags: a head of {self.kind} has none; ask for head {TAGS}")
        if "" in self.tag_names():
            raise ValueError("tags: a tag needs a letter")
        if self.kind != CLASSES:
            self._check_class_only_settings()

    def _check_class_only_settings(self) -> None:
        """What only means something where one class of several is the answer."""
        only_classes: dict[str, tuple[Any, Any]] = {
            "merge": (self.merge, None),
            "thresholds": (self.thresholds, "none"),
            "protocol": (self.protocol, HONEST),
        }
        if self.kind != TAGS:  # a search of numbers maximises R²
            only_classes |= {"imbalance": (self.imbalance, "none"), "scoring": (self.scoring, SCORINGS[0])}
        for name, (asked, default) in only_classes.items():
            if asked != default:
                raise ValueError(f"{name}: {asked!r} means nothing for a head of {self.kind}; leave it out")


def _require_known(field_name: str, asked: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = [name for name in asked if name not in known]
    if unknown or not asked:
        refused = ", ".join(map(repr, unknown)) or "nothing"
        raise ValueError(f"{field_name}: {refused} is not known; use {', '.join(known)}")
