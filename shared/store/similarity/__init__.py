"""Repositories of embeddings and projections."""
