"""Repositories of models, scores, snapshots and evaluations."""
