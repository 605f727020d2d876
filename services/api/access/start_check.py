"""Refuses to start where everybody who reaches the port could use the API."""

from services.api.access.reachability import KeyPolicy
from shared.store.repositories import Repositories

_MAKE_A_KEY = "mer keys add NAME --role operate"


def has_usable_key(repositories: Repositories) -> bool:
    """Whether a key is in use."""
    return any(not key.is_revoked for key in repositories.keys.list_keys())


def explain_missing_key(policy: KeyPolicy) -> str:
    """Why the API does not start without a key, and the command that makes one. Two lines."""
    why = (
        "MER_REQUIRE_KEY is on, and there is no key"
        if policy.require_key
        else f"others can reach the API at {policy.bind}, and there is no key: they could read, change and remove all"
    )
    return (
        f"{why}.\nMake one with `{_MAKE_A_KEY}` (containers: `docker compose run --rm api {_MAKE_A_KEY}`) and start "
        "again; see docs/guide/keys.md"
    )
