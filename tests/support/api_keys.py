"""Keys of the API in tests."""

from types import SimpleNamespace

from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.api.access.key_index import KeyIndex
from shared.domain.keys import digest_key, make_key
from shared.domain.roles import Role
from shared.store import Store

Headers = dict[str, str]


class NoKeyRing:
    """The keys of an installation that has none, without a database."""

    async def load(self, store: object, **_: float) -> KeyIndex:
        """No keys."""
        assert store is None
        return KeyIndex.from_keys([])


def open_to_this_machine(app: FastAPI) -> TestClient:
    """A client of an application that is not started: for routes that need no database."""
    app.state.ports = SimpleNamespace(keys=NoKeyRing(), key_store=None, store=None)
    return TestClient(app)


def add_key(store: Store, name: str, role: Role = Role.OPERATE) -> str:
    """Store a new key and give it."""
    key = make_key(role)
    added = store.transact(
        "test.key", lambda repositories: repositories.keys.add_key(name=name, role=role, digest=digest_key(key))
    )
    assert added
    return key


def bearer(key: str) -> Headers:
    """The header that sends a key."""
    return {"Authorization": f"Bearer {key}"}
