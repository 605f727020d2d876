"""Estimators that read catalogue columns widened by those of `engineering`, and anything else as it is."""

from collections.abc import Callable

from services.trainer.estimators.composition import Engineered
from services.trainer.estimators.engineered_columns import catalogue_engineering
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.training_rows import Rows
from shared.domain.track import CATALOGUE_COLUMNS


def widened(build: Callable[[Rows], Classifier], rows: Rows) -> Classifier:
    """What `build` makes, behind the made columns where `rows` are catalogue columns."""
    if rows.inputs != "catalogue" or rows.n_features != len(CATALOGUE_COLUMNS):
        return build(rows)
    engineering = catalogue_engineering()
    wide = rows.reading(n_features=rows.n_features + engineering.n_new, inputs="engineered")
    return Engineered(engineering, build(wide))
