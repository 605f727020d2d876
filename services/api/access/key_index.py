"""The keys in use, to look callers up by what they send."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.api.access.caller import Caller
from shared.domain.keys import digest_key
from shared.store.keys import StoredKey

_PREFIX_BYTES = 8


@dataclass(frozen=True)
class KeyIndex:
    """The keys of one moment."""

    callers: Mapping[bytes, tuple[tuple[bytes, Caller], ...]] = field(repr=False)
    """By the first bytes of digests, which nobody can choose: whole digests are compared in constant time."""
    has_keys: bool
    """Whether there ever was a key, in use or revoked. An installation does not open when its last one is revoked."""

    @classmethod
    def from_keys(cls, keys: Iterable[StoredKey]) -> "KeyIndex":
        """The index of all stored keys."""
        stored = list(keys)
        callers: dict[bytes, tuple[tuple[bytes, Caller], ...]] = {}
        for key in stored:
            if not key.is_revoked:
                prefix = key.digest[:_PREFIX_BYTES]
                caller = Caller(key_id=key.id, name=key.name, role=key.role)
                callers[prefix] = (*callers.get(prefix, ()), (key.digest, caller))
        return cls(callers, bool(stored))

    def find_caller(self, key: str) -> Caller | None:
        """The holder of a key in use, or None."""
        digest = digest_key(key)
        for stored, caller in self.callers.get(digest[:_PREFIX_BYTES], ()):
            if hmac.compare_digest(stored, digest):
                return caller
        return None
