"""The regressor of each configuration: the same method, fitted to numbers in [-1, 1] instead of classes.

Scalers as for classes: before machines and lines, never before trees. What is learned is as many models as there are
dimensions, for which see `multi_output.MultiOutputEstimator`.
"""

from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor
from xgboost import XGBRegressor

from services.trainer.estimators.block_scaling import build_scaler
from services.trainer.estimators.boosting import BoostingConfig
from services.trainer.estimators.column_expansion import expand_columns
from services.trainer.estimators.composition import AveragedClassifier, ScaledClassifier
from services.trainer.estimators.ensemble import EnsembleConfig
from services.trainer.estimators.majority import MajorityConfig
from services.trainer.estimators.svm import SvmConfig
from services.trainer.estimators.trees import ExtraTrees, ForestConfig, TreeConfig
from services.trainer.protocols.classifier import Estimator
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Features, Floats

_TUBE = 0.05
"""Errors up to which a machine takes a number for right: far less than people differ by."""
_RIDGE_A_FEATURE = 1.0
"""Penalty of the line in an ensemble, for each feature, or for each block: with standardised features that is mild
where they are few and strong where they outnumber the tracks.
"""
_WEIGHTS = (1.0, 0.5, 0.5, 1.0)
"""In an ensemble, of machine, line, trees and boosting."""


class RegressorAdapter(BaseEstimator):  # type: ignore[misc]
    """A regressor in the shape of a classifier of one column, so that scaler, widening, averages and their drawings
    serve both. `predict_proba` answers the numbers `(n, 1)`.
    """

    def __init__(self, regressor: Any) -> None:
        self.regressor = regressor

    @property
    def classes_(self) -> NDArray[np.intp]:
        """The one column."""
        return np.zeros(1, dtype=np.intp)

    def fit(self, x: Features, y: Floats) -> "RegressorAdapter":
        """Fit to numbers `y: (n,)`."""
        self.regressor.fit(x, y)
        return self

    def predict_proba(self, x: Features) -> NDArray[np.floating]:
        """`(n, 1)`."""
        return np.reshape(self.regressor.predict(x), (-1, 1))


@singledispatch
def as_regressor(config: Estimator, rows: TrainingRows) -> Any:  # noqa: ARG001 - each its own
    """The regressor of `config` for the very `rows` that it will be fitted to. Raises ValueError where it has none."""
    raise ValueError(f"{config.name} learns no numbers")


@as_regressor.register
def _build_mean_regressor(config: MajorityConfig, rows: TrainingRows) -> Any:  # noqa: ARG001 - a floor
    return RegressorAdapter(DummyRegressor(strategy="mean"))


@as_regressor.register
def _build_svm_regressor(config: SvmConfig, rows: TrainingRows) -> Any:
    machine = SVR(C=config.choose_cost(rows), gamma=config.choose_gamma(rows), epsilon=_TUBE, cache_size=500)
    return ScaledClassifier(build_scaler(rows), RegressorAdapter(machine))


@as_regressor.register
def _build_tree_regressor(config: TreeConfig, rows: TrainingRows) -> Any:
    return RegressorAdapter(
        DecisionTreeRegressor(
            max_depth=config.max_depth, min_samples_leaf=config.min_samples_leaf, random_state=rows.seed
        )
    )


@as_regressor.register
def _build_forest_regressor(config: ForestConfig, rows: TrainingRows) -> Any:
    return RegressorAdapter(_grow_forest(config, RandomForestRegressor, rows))


@as_regressor.register
def _build_extra_trees_regressor(config: ExtraTrees, rows: TrainingRows) -> Any:
    return expand_columns(lambda wide: RegressorAdapter(_grow_forest(config, ExtraTreesRegressor, wide)), rows)


@as_regressor.register
def _build_boosting_regressor(config: BoostingConfig, rows: TrainingRows) -> Any:
    def build_boosted(wide: TrainingRows) -> Any:
        return RegressorAdapter(
            XGBRegressor(
                n_estimators=config.n_rounds,
                learning_rate=config.learning_rate,
                max_depth=config.max_depth,
                subsample=config.subsample,
                colsample_bytree=config.colsample,
                min_child_weight=2,
                tree_method="hist",
                random_state=wide.seed,
                n_jobs=1,
            )
        )

    return expand_columns(build_boosted, rows)


@as_regressor.register
def _build_ensemble_regressor(config: EnsembleConfig, rows: TrainingRows) -> Any:
    def build_average(wide: TrainingRows) -> Any:
        members: list[Any] = [
            as_regressor(SvmConfig(), wide),
            ScaledClassifier(build_scaler(wide), RegressorAdapter(Ridge(alpha=_RIDGE_A_FEATURE * wide.total_variance))),
            as_regressor(ExtraTrees(n_trees=config.n_trees), wide),
        ]
        boosting = BoostingConfig(n_rounds=config.n_rounds)
        members += [as_regressor(boosting, wide.with_seed(wide.seed + i)) for i in range(config.n_seeds)]
        *shares, share = _WEIGHTS
        return AveragedClassifier(members, [*shares, *[share / config.n_seeds] * config.n_seeds])

    return expand_columns(build_average, rows)


def _grow_forest(config: ForestConfig, kind: Any, rows: TrainingRows) -> Any:
    return kind(
        config.n_trees,
        max_depth=config.max_depth,
        min_samples_leaf=config.min_samples_leaf,
        max_features=config.max_features,
        random_state=rows.seed,
        n_jobs=-1,
    )
