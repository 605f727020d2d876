"""Postgres, the truth: tables, named transactions, and repositories that hold all SQL."""

from shared.store.transactions import Store, open_store

__all__ = ["Store", "open_store"]
