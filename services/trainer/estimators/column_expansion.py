"""Estimators that read catalogue columns widened by those of `engineering`, and anything else as it is."""

from collections.abc import Callable

from services.trainer.estimators.composition import EngineeredClassifier
from services.trainer.estimators.engineered_columns import catalogue_engineering
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.track import CATALOGUE_COLUMNS


def expand_columns(build: Callable[[TrainingRows], Classifier], rows: TrainingRows) -> Classifier:
    """What `build` makes, behind the made columns where `rows` are catalogue columns."""
    if rows.inputs != "catalogue" or rows.n_features != len(CATALOGUE_COLUMNS):
        return build(rows)
    engineering = catalogue_engineering()
    wide = rows.with_columns(n_features=rows.n_features + engineering.n_new, inputs="engineered")
    return EngineeredClassifier(engineering, build(wide))
