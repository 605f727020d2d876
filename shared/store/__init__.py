"""The PostgreSQL store: tables, named transactions, and repositories, which contain all SQL."""

from shared.store.transactions import Store, open_store

__all__ = ["Store", "open_store"]
