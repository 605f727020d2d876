"""Commands that work on the database of a home: also where nothing runs, and beside what runs."""

import pytest

from services.standalone.data_dir import DataDirectory
from services.standalone.database import embedded_postgres, open_database
from shared.settings import StoreSettings
from shared.store import open_store
from shared.store.server import accepts_connections

pytestmark = pytest.mark.slow


def count_keys(url: str) -> int:
    store = open_store(StoreSettings(database_url=url), pool_size=1)
    with store.read() as repositories:
        n_keys = len(repositories.keys.list_keys())
    store.close()
    return n_keys


def test_it_is_started_where_nothing_runs_and_shared_with_what_runs(
    home: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MER_DATABASE_URL", raising=False)
    with open_database(home) as url:
        assert count_keys(url) == 0, "it is up to date"
    assert not accepts_connections(url)
    postgres = embedded_postgres(home)
    with home.lock():
        postgres.start()
        with open_database(home) as shared_url:
            assert count_keys(shared_url) == 0
        assert accepts_connections(url), "what runs goes on"
        postgres.stop()
