"""The PostgreSQL store: tables, named transactions, and repositories, which contain all SQL."""

from shared.store.server_watch import ClientLimits
from shared.store.transactions import Store, open_store

__all__ = ["ClientLimits", "Store", "open_store"]
