"""The keys in use, to look callers up by what they send."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from services.api.access.caller import Caller
from shared.domain.keys import digest_key
from shared.store.key_sessions import StoredSession
from shared.store.keys import StoredKey

_PREFIX_BYTES = 8
CallersByPrefix = Mapping[bytes, tuple[tuple[bytes, Caller], ...]]
"""Digests and whose they are, by the first bytes of the digests, which nobody can choose: whole digests are compared in
constant time.
"""


@dataclass(frozen=True)
class KeyIndex:
    """The keys of one moment, and the sessions that were opened with them."""

    callers: CallersByPrefix = field(repr=False)
    """By what is sent as a key."""
    has_keys: bool
    """Whether there ever was a key, in use or revoked. An installation does not open when its last one is revoked."""
    session_callers: CallersByPrefix = field(default_factory=dict, repr=False)
    """By what is sent as the cookie of a session."""

    @classmethod
    def from_keys(cls, keys: Iterable[StoredKey], sessions: Iterable[StoredSession] = ()) -> "KeyIndex":
        """The index of all stored keys, and of the sessions that last."""
        stored = list(keys)
        by_id = {key.id: (key.digest, Caller(key_id=key.id, name=key.name, role=key.role)) for key in stored}
        in_use = {key.id for key in stored if not key.is_revoked}
        callers = [by_id[key_id] for key_id in by_id if key_id in in_use]
        session_callers = [
            (session.digest, replace(by_id[session.key_id][1], session_id=session.id))
            for session in sessions
            if session.key_id in in_use
        ]
        return cls(_index_by_prefix(callers), bool(stored), _index_by_prefix(session_callers))

    def find_caller(self, key: str) -> Caller | None:
        """The holder of a key in use, or None."""
        return _find_by_digest(self.callers, digest_key(key))

    def find_session_caller(self, token: str) -> Caller | None:
        """The holder of the key that opened a session, or None."""
        return _find_by_digest(self.session_callers, digest_key(token))


def _index_by_prefix(callers: Iterable[tuple[bytes, Caller]]) -> CallersByPrefix:
    by_prefix: dict[bytes, tuple[tuple[bytes, Caller], ...]] = {}
    for digest, caller in callers:
        prefix = digest[:_PREFIX_BYTES]
        by_prefix[prefix] = (*by_prefix.get(prefix, ()), (digest, caller))
    return by_prefix


def _find_by_digest(callers: CallersByPrefix, digest: bytes) -> Caller | None:
    for stored, caller in callers.get(digest[:_PREFIX_BYTES], ()):
        if hmac.compare_digest(stored, digest):
            return caller
    return None
