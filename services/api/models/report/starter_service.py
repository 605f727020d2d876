"""The part of a report that a starter has whose metrics are not those of its head: a reading, or probabilities."""

from services.api.models.report.schema import ModelReport
from shared.store.tables import Model

STARTER_KIND = "starter"


def build_starter_part(model: Model) -> ModelReport:
    """Its outputs, with the figures that its card has of each."""
    per_class = {name: model.metrics["per_class"][name] for name in model.card["classes"]}
    return {"kind": STARTER_KIND, "headlines": {}, "chance": {}, "baseline": {}, "per_class": per_class}
