"""Metrics of a model with intervals and baselines, by the kind of its head."""
