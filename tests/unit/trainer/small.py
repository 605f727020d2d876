"""Hyperparameters that make every estimator quick, and what it reads. Networks have tests of their own."""

from shared.domain.estimators import ESTIMATOR_SPECS

TABULAR = [name for name, spec in ESTIMATOR_SPECS.items() if not spec.is_network]

SMALL = {
    "forest": {"n_trees": 12},
    "extra_trees": {"n_trees": 12},
    "boosting": {"n_rounds": 8},
    "stacking": {"n_trees": 4},
    "audio_tagger_finetuned": {"n_seeds": 2, "epochs": 20},
    "ensemble": {"n_trees": 12, "n_rounds": 8, "n_seeds": 1},
    "fusion": {"n_trees": 4, "n_rounds": 3},
}


def reads(name: str) -> str:
    """The input that a test gives it: 16 columns, of which fusion takes the last 13 for catalogue columns."""
    return "fusion" if name == "fusion" else "descriptors"
