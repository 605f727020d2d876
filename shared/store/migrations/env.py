"""Alembic's way in: always on the connection that `shared.store.migrate` holds the lock with."""

from alembic import context

from shared.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
