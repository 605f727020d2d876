"""Bring the database up to date. Several may try at once: an advisory lock lets one do it."""

from importlib import resources

import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text

from shared.logs import configure_logs
from shared.settings import LogSettings, StoreSettings

log = structlog.get_logger()

_LOCK = 0x6D6572  # "mer"


def run_migrations(engine: Engine) -> None:
    """Run all migrations that are missing, one process at a time."""
    config = Config()
    with resources.as_file(resources.files("shared.store") / "migrations") as scripts, engine.connect() as connection:
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.attributes["connection"] = connection
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.commit()
        try:
            command.upgrade(config, "head")
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            connection.commit()


def main() -> None:
    """`python -m shared.store.migrate`: the one-shot service of the containers."""
    configure_logs(LogSettings(), service="migrate")
    engine = create_engine(StoreSettings().database_url)
    run_migrations(engine)
    log.info("store.migrated")


if __name__ == "__main__":
    main()
