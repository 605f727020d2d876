"""Keys of the API in tests."""

from shared.domain.keys import digest_key, make_key
from shared.domain.roles import Role
from shared.store import Store

Headers = dict[str, str]


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
