"""The estimators that a request may name, with their inputs, cost and hyperparameters. The trainer has the classes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

from shared.domain.dataset import AUDIO_TAGS, NETWORK_INPUTS, SOUND, TAGGED_DESCRIPTORS, TAGGER_POOL
from shared.domain.emotion import TAXONOMIES
from shared.domain.head import DIMENSIONS, TAGS

Hyperparameters = dict[str, Any]
"""Values by name. Which names there are, and of which types, is each estimator's: `check_hyperparameters` holds it."""

CLASS_HEADS = (*sorted(TAXONOMIES), "custom")
"""Heads of classes: taxonomies, and merges of their labels."""


@dataclass(frozen=True, kw_only=True)
class Hyperparameter:
    """One number or word that an estimator can be told. Bounds are included."""

    default: float | str | None
    meaning: str
    low: float | None = None
    high: float | None = None
    whole: bool = False
    """Whole numbers only."""
    words: tuple[str, ...] = ()
    """Allowed beside the numbers, or alone where there is no `low`."""
    optional: bool = False
    """May be null."""

    def explain_refusal(self, value: object) -> str | None:
        """Why `value` is refused, or None."""
        if value is None:
            return None if self.optional else "it cannot be null"
        if isinstance(value, str):
            return None if value in self.words else f"{value!r} is not {self.describe_range()}"
        if isinstance(value, bool) or not isinstance(value, int | float) or self.low is None or self.high is None:
            return f"{value!r} is not {self.describe_range()}"
        if not self.low <= value <= self.high or (self.whole and value != int(value)):
            return f"{value!r} is not {self.describe_range()}"
        return None

    def describe_range(self) -> str:
        """The range in words."""
        kind = "a whole number" if self.whole else "a number"
        numbers = [] if self.low is None else [f"{kind} from {self.low:g} to {self.high:g}"]
        return " or ".join([*numbers, *map(repr, self.words)])


@dataclass(frozen=True, kw_only=True)
class EstimatorSpec:
    """What an estimator is, before anything is imported."""

    what: str
    cost: str
    """Of one fit of some thousand tracks on one core, in words."""
    inputs: tuple[str, ...] = ("descriptors", "catalogue", "mel", "fusion", AUDIO_TAGS, TAGGED_DESCRIPTORS)
    heads: tuple[str, ...] = (*CLASS_HEADS, TAGS, DIMENSIONS)
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)
    grid: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """What a search tries where the request does not say."""
    is_network: bool = False
    """Trained epoch by epoch, in minutes; it weighs classes and makes up no tracks."""

    def trains_network(self, inputs: str) -> bool:
        """Whether it is a network, or has one beside others when it reads `inputs`."""
        return self.is_network or inputs in NETWORK_INPUTS

    def check_hyperparameters(self, name: str, values: Mapping[str, Any]) -> None:
        """Raises ValueError for a hyperparameter that is unknown or out of range, saying what is allowed."""
        for key, value in values.items():
            if key not in self.hyperparameters:
                known = ", ".join(self.hyperparameters) or "none"
                raise ValueError(f"hyperparameters: {name} has no {key!r}; it has {known}")
            if problem := self.hyperparameters[key].explain_refusal(value):
                raise ValueError(f"hyperparameters: {key} of {name}: {problem}")

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        plain: dict[str, Any] = {key: getattr(self, key) for key in ("what", "cost")}
        plain |= {"inputs": list(self.inputs), "heads": list(self.heads)}
        plain["hyperparameters"] = {key: asdict(value) for key, value in self.hyperparameters.items()}
        return plain | {"grid": {key: list(values) for key, values in self.grid.items()}}


def _tree_count(default: int) -> Hyperparameter:
    return Hyperparameter(default=default, low=10, high=2000, whole=True, meaning="trees in the forest")


_DEPTH = Hyperparameter(default=None, low=1, high=64, whole=True, optional=True, meaning="of a tree; null: unlimited")


def _leaf_size(default: int) -> Hyperparameter:
    return Hyperparameter(default=default, low=1, high=200, whole=True, meaning="least tracks in a leaf")


def _feature_share(default: float | str) -> Hyperparameter:
    return Hyperparameter(
        default=default, low=0.01, high=1.0, words=("sqrt",), meaning="share of the features that a split looks at"
    )


_ON_OFF = ("on", "off")


def _network_spec(
    what: str,
    cost: str,
    *,
    inputs: tuple[str, ...] = ("spectrogram",),
    more: Mapping[str, Hyperparameter] | None = None,
    **defaults: float | str,
) -> EstimatorSpec:
    """What every network can be told, with its own `defaults`; see `services/trainer/networks/config.py`."""
    hyperparameters = {
        "epochs": Hyperparameter(default=60, low=1, high=2000, whole=True, meaning="at most"),
        "batch": Hyperparameter(default=32, low=1, high=1024, whole=True, meaning="tracks a step"),
        "learning_rate": Hyperparameter(default=1e-3, low=1e-7, high=1.0, meaning="of the largest step"),
        "schedule": Hyperparameter(default="cosine", words=("cosine", "constant"), meaning="of the learning rate"),
        "patience": Hyperparameter(
            default=8,
            low=0,
            high=1000,
            whole=True,
            meaning="epochs without a better validation loss; 0: all epochs, and no artist is held out to stop early",
        ),
        "weight_decay": Hyperparameter(default=0.0, low=0.0, high=1.0, meaning="of AdamW"),
        "dropout": Hyperparameter(default=0.0, low=0.0, high=0.9, meaning="share that is left out"),
        "averaging": Hyperparameter(
            default=0.0,
            low=0.0,
            high=0.9999,
            meaning="share of the averaged weights that a step leaves; they are judged and kept. 0: no averaging",
        ),
        "precision": Hyperparameter(
            default="float32",
            words=("float32", "bfloat16"),
            meaning="of products while it learns; bfloat16: quicker, where the processor has it",
        ),
        "focal": Hyperparameter(default=0.0, low=0.0, high=5.0, meaning="gamma of the focal loss; 0: cross-entropy"),
        "label_smoothing": Hyperparameter(default=0.0, low=0.0, high=0.5, meaning="of targets that are classes"),
        "mixup": Hyperparameter(default=0.0, low=0.0, high=10.0, meaning="alpha; 0: tracks are not mixed"),
        "spec_augment": Hyperparameter(default="off", words=_ON_OFF, meaning="bands and stretches are blanked"),
        "variants": Hyperparameter(default="use", words=("use", "ignore"), meaning="augmented variants, where packed"),
        "excerpts": Hyperparameter(default=1, low=1, high=24, whole=True, meaning="drawn from a track in an epoch"),
        "plane": Hyperparameter(
            default=0.3,
            low=0.0,
            high=10.0,
            meaning="weight of the valence/arousal head, where the classes are quadrants; 0: none",
        ),
        "scale": Hyperparameter(
            default="decibel",
            words=("decibel", "bands", "power"),
            meaning="bands: each scaled by itself; power: without logarithm",
        ),
        "jitter_db": Hyperparameter(
            default=0.0, low=0.0, high=40.0, meaning="dB by which a track is made louder or softer, at most"
        ),
        "jitter_bands": Hyperparameter(
            default=0, low=0, high=32, whole=True, meaning="mel bands by which a track is moved, at most"
        ),
    }
    for name, default in defaults.items():
        hyperparameters[name] = replace(hyperparameters[name], default=default)
    return EstimatorSpec(
        what=what, cost=cost, inputs=inputs, hyperparameters=hyperparameters | dict(more or {}), is_network=True
    )


HEARING = ("cnn_attention", "cnn_baseline", "cnn_fc", "cnn_fc_regularised", "cnn_rectangular", "crnn", "lstm")
"""The networks on mel spectrograms: those that may stand beside an ensemble on descriptors."""

_WIDTH = Hyperparameter(default=16, low=4, high=256, whole=True, meaning="filters of the first block")

ESTIMATOR_SPECS: Mapping[str, EstimatorSpec] = MappingProxyType(
    {
        "svm": EstimatorSpec(
            what="support vector machine, one a class, scaled and calibrated",
            cost="seconds; minutes above ten thousand tracks",
            hyperparameters={
                "C": Hyperparameter(
                    default="auto",
                    low=1e-4,
                    high=1e6,
                    words=("auto",),
                    meaning="cost of a margin error; auto: 1, with audio tags 3",
                ),
                "gamma": Hyperparameter(
                    default="scale",
                    low=1e-7,
                    high=100.0,
                    words=("scale",),
                    meaning="reach of a track, inverse; scale: by the variance of what is read",
                ),
            },
            grid={"C": (1.0, 10.0, 100.0, 1000.0), "gamma": (1.0, 0.1, 0.01, 0.001)},
        ),
        "majority": EstimatorSpec(what="the floor: the shares of the classes, or the mean", cost="nothing"),
        "tree": EstimatorSpec(
            what="decision tree",
            cost="under a second",
            hyperparameters={"max_depth": _DEPTH, "min_samples_leaf": _leaf_size(5)},
            grid={"max_depth": (4, 8, 16, None), "min_samples_leaf": (1, 5, 20)},
        ),
        "forest": EstimatorSpec(
            what="random forest",
            cost="seconds",
            hyperparameters={
                "n_trees": _tree_count(300),
                "max_depth": _DEPTH,
                "min_samples_leaf": _leaf_size(1),
                "max_features": _feature_share("sqrt"),
            },
            grid={"min_samples_leaf": (1, 2, 5), "max_features": ("sqrt", 0.3)},
        ),
        "extra_trees": EstimatorSpec(
            what="forest of extremely random trees",
            cost="seconds",
            hyperparameters={
                "n_trees": _tree_count(400),
                "max_depth": _DEPTH,
                "min_samples_leaf": _leaf_size(2),
                "max_features": _feature_share("sqrt"),
            },
            grid={"min_samples_leaf": (1, 2, 5), "max_features": ("sqrt", 0.5)},
        ),
        "logistic": EstimatorSpec(
            what="logistic regression, scaled",
            heads=(*CLASS_HEADS, TAGS),
            cost="under a second; seconds with many descriptors",
            hyperparameters={"C": Hyperparameter(default=1.0, low=1e-6, high=1e4, meaning="inverse of the penalty")},
            grid={"C": (0.001, 0.01, 0.1, 1.0, 10.0)},
        ),
        "kernel_ridge": EstimatorSpec(
            what="kernel ridge regression on the classes, calibrated; blocks of descriptors and tags weigh alike",
            heads=(*CLASS_HEADS, TAGS),
            cost="seconds; a minute above four thousand tracks",
            hyperparameters={
                "penalty": Hyperparameter(default=0.1, low=1e-6, high=1e3, meaning="of the squared norm"),
                "gamma": Hyperparameter(
                    default=0.5, low=1e-3, high=100.0, meaning="reach of a track, inverse, in mean squared distances"
                ),
            },
            grid={"penalty": (0.03, 0.1, 0.3), "gamma": (0.25, 0.5, 1.0)},
        ),
        "boosting": EstimatorSpec(
            what="gradient boosted trees (XGBoost)",
            cost="seconds; a minute with many descriptors",
            hyperparameters={
                "n_rounds": Hyperparameter(default=250, low=1, high=5000, whole=True, meaning="trees a class"),
                "learning_rate": Hyperparameter(default=0.05, low=1e-3, high=1.0, meaning="step of a round"),
                "max_depth": Hyperparameter(default=5, low=1, high=16, whole=True, meaning="of a tree"),
                "subsample": Hyperparameter(default=0.8, low=0.1, high=1.0, meaning="share of the tracks of a round"),
                "colsample": Hyperparameter(default=0.6, low=0.01, high=1.0, meaning="share of the features of a tree"),
            },
            grid={"n_rounds": (125, 250, 500), "max_depth": (3, 5, 7)},
        ),
        "stacking": EstimatorSpec(
            what="the talk's last model: machine, tree and forest, read by a logistic regression",
            heads=CLASS_HEADS,
            cost="four times its parts",
            hyperparameters={
                "n_trees": _tree_count(200),
                "C": Hyperparameter(default=1.0, low=1e-4, high=1e6, meaning="of the machine: cost of a margin error"),
            },
        ),
        "ensemble": EstimatorSpec(
            what="average of machine, logistic regression, extremely random trees and boosting; "
            "on audio tags of kernel ridge regression and extremely random trees",
            cost="the sum of its parts: a minute; on audio tags seconds",
            hyperparameters={
                "n_trees": _tree_count(400),
                "n_rounds": Hyperparameter(default=250, low=1, high=5000, whole=True, meaning="of boosting"),
                "n_seeds": Hyperparameter(default=3, low=1, high=10, whole=True, meaning="boosters that are averaged"),
            },
        ),
        "audio_tagger_finetuned": EstimatorSpec(
            what="the last layers of MusiCNN, trained on from the weights of its dense layer",
            cost="seconds; a minute with some thousand tracks",
            inputs=(TAGGER_POOL,),
            heads=CLASS_HEADS,
            hyperparameters={
                "n_seeds": Hyperparameter(default=3, low=1, high=20, whole=True, meaning="members that are averaged"),
                "epochs": Hyperparameter(default=60, low=1, high=2000, whole=True, meaning="at most"),
                "learning_rate": Hyperparameter(default=3e-4, low=0.0, high=0.1, meaning="of the dense layer"),
                "dropout": Hyperparameter(default=0.5, low=0.0, high=0.95, meaning="share of the hidden values"),
                "mixup": Hyperparameter(default=0.0, low=0.0, high=10.0, meaning="of pairs of tracks; 0: none"),
            },
            grid={"learning_rate": (0.0, 1e-4, 3e-4), "dropout": (0.3, 0.5)},
        ),
        "fusion": EstimatorSpec(
            what="descriptors and catalogue columns, each with its own ensemble, stacked; on sound, the weighted mean "
            "of an ensemble on descriptors and a network on spectrograms",
            cost="eight times an ensemble; on sound an ensemble and a network: minutes",
            inputs=("fusion", SOUND),
            heads=CLASS_HEADS,
            hyperparameters={
                "n_trees": _tree_count(200),
                "n_rounds": Hyperparameter(default=150, low=1, high=5000, whole=True, meaning="of boosting"),
                "network": Hyperparameter(default="cnn_attention", words=HEARING, meaning="on sound: what hears"),
                "weight": Hyperparameter(default=0.35, low=0.0, high=1.0, meaning="on sound: the network's share"),
                "epochs": Hyperparameter(
                    default=None,
                    low=1,
                    high=2000,
                    whole=True,
                    optional=True,
                    meaning="on sound: of the network; null: its own",
                ),
            },
        ),
        "simple_nn": _network_spec(
            "the talk's network on the catalogue: 8 hidden units",
            "seconds",
            inputs=("catalogue", "descriptors"),
            epochs=200,
            learning_rate=1e-2,
            patience=20,
            plane=0.0,
        ),
        "cnn_baseline": _network_spec(
            "the talk's first on spectrograms: three convolutions", "minutes", precision="bfloat16"
        ),
        "cnn_fc": _network_spec("the talk's Conv + FC, 3.55 million parameters", "minutes", precision="bfloat16"),
        "cnn_fc_regularised": _network_spec(
            "the same, stopped early and with dropout",
            "minutes",
            patience=3,
            learning_rate=3e-4,
            dropout=0.5,
            mixup=0.4,
            averaging=0.9,
            precision="bfloat16",
        ),
        "cnn_rectangular": _network_spec(
            "filters across frequency, then across time", "minutes", dropout=0.5, precision="bfloat16"
        ),
        "lstm": _network_spec("recurrent only: the comparison", "minutes"),
        "crnn": _network_spec(
            "the talk's convolutions, recurrent layer and dense layer",
            "minutes",
            dropout=0.25,
            mixup=0.4,
            averaging=0.9,
        ),
        "cnn_attention": _network_spec(
            "convolutions, and attention over all moments of all excerpts",
            "minutes",
            more={"width": _WIDTH},
            epochs=45,
            learning_rate=3e-3,
            patience=0,
            weight_decay=0.02,
            dropout=0.3,
            label_smoothing=0.05,
            mixup=0.3,
            spec_augment="on",
            jitter_db=3.0,
            jitter_bands=4,
            excerpts=2,
            plane=0.5,
            scale="bands",
        ),
        "wave_cnn": _network_spec(
            "one-dimensional convolutions on samples", "minutes", inputs=("waveform",), dropout=0.3
        ),
    }
)
"""Name → what it is. The order is the order of lists."""
