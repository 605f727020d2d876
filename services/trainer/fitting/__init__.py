"""Fitting with search and thresholds: once a fold for held-out predictions, once on everything."""
