"""Repositories of features, fingerprints and packs."""
