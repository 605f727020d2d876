"""The held-out figures of the head that makes curves, beside a model."""

from shared.json_objects import JsonObject
from shared.starter.curve import STARTER_CURVE_TAXONOMY, read_starter_curve
from shared.store.models.repository import STARTER
from shared.store.repositories import Repositories
from shared.store.tables import Model


def find_curve_figures(repositories: Repositories, model: Model) -> JsonObject | None:
    """Of the latest head of the model, or of the starter's; None where there is none."""
    if model.state != STARTER:
        return repositories.curve_heads.get_figures(model.id)
    shipped = read_starter_curve() if model.taxonomy == STARTER_CURVE_TAXONOMY else None
    return shipped[1] if shipped is not None else None
