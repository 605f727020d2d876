"""Reports have exactly the keys that their types declare: what a caller reads by a declared key is there."""

from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

import numpy as np
import pytest

from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.metrics.conformal import calibrate_prediction_sets
from shared.metrics.report_schema import ClassificationReport, MultilabelReport, PublishedSets, RegressionReport
from shared.metrics.reports.classification import classification_report
from shared.metrics.reports.multilabel import multilabel_report
from shared.metrics.reports.regression import regression_report

_CLASSES = ("Q1", "Q2", "Q3", "Q4")
_N_TRACKS = 80
_RNG = np.random.default_rng(0)
_FOLDS = np.arange(_N_TRACKS, dtype=np.intp) % 4
_GROUPS = [f"artist {i}" for i in range(_N_TRACKS)]
_ITEMS = [
    DatasetItem(
        example=LabelledTrack(
            track_id=str(i), target=_CLASSES[(i // 4) % 4], artist_group=_GROUPS[i], audio_sha256=None
        ),
        group=_GROUPS[i],
        fold=int(_FOLDS[i]),
    )
    for i in range(_N_TRACKS)
]


def _undeclared(value: Any, declared: Any, path: str = "") -> list[str]:
    """The keys of `value` that `declared` has too few or too many, each with its path."""
    if is_typeddict(declared):
        hints = get_type_hints(declared)
        wrong = [f"{path}.{key}" for key in value.keys() - hints.keys() | declared.__required_keys__ - value.keys()]
        for key in value.keys() & hints.keys():
            wrong += _undeclared(value[key], hints[key], f"{path}.{key}")
        return sorted(wrong)
    origin, parts = get_origin(declared), get_args(declared)
    if origin is dict:
        return [wrong for key, one in value.items() for wrong in _undeclared(one, parts[1], f"{path}.{key}")]
    if origin is list:
        return [wrong for one in value for wrong in _undeclared(one, parts[0], path)]
    if origin is Union or "|" in str(declared):
        return [] if value is None else _undeclared(value, parts[0], path)
    return [] if isinstance(value, declared | int if declared is float else declared) else [f"{path}: {value!r}"]


def _probabilities() -> np.ndarray[Any, np.dtype[np.float64]]:
    return _RNG.dirichlet(np.ones(4), size=_N_TRACKS)


@pytest.mark.parametrize("taxonomy", ["quadrant4", "mood4"])
def test_a_classification_report_is_as_declared(taxonomy: str) -> None:
    report = classification_report(
        _probabilities(), _ITEMS, classes=_CLASSES, taxonomy=taxonomy, seed=0, n_resamples=10
    )
    assert not _undeclared(report, ClassificationReport)


def test_prediction_sets_are_as_declared() -> None:
    sets = calibrate_prediction_sets(_probabilities(), _ITEMS, classes=_CLASSES, seed=0)
    assert not _undeclared(sets, PublishedSets)


def test_a_multilabel_report_is_as_declared() -> None:
    said, y = _RNG.random((_N_TRACKS, 2)), _RNG.integers(0, 2, (_N_TRACKS, 2)).astype(float)
    report = multilabel_report(
        said, y, _GROUPS, _FOLDS, tags=("calm", "loud"), chosen=said > 0.5, seed=0, n_resamples=10
    )
    assert not _undeclared(report, MultilabelReport)


def test_a_regression_report_is_as_declared() -> None:
    said, true = _RNG.uniform(-1, 1, (2, _N_TRACKS, 2))
    report = regression_report(said, true, _GROUPS, _FOLDS, names=("valence", "arousal"), seed=0, n_resamples=10)
    assert not _undeclared(report, RegressionReport)
