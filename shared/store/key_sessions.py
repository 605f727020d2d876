"""Sessions of browsers: which key opened them, and until when they last."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select, update

from shared.store.base_repository import BaseRepository
from shared.store.keys import USE_NOTED_EVERY_S
from shared.store.tables import KeyRow, KeySessionRow


@dataclass(frozen=True, kw_only=True)
class StoredSession:
    """A session that lasts, without its token."""

    id: UUID
    key_id: UUID
    digest: bytes
    """SHA-256 of the token."""


MOST_SESSIONS = 100
"""Sessions of one key that last at once: every process of the API reads all sessions each second."""


class KeySessionRepository(BaseRepository):
    """All SQL on sessions."""

    def list_current(self) -> list[StoredSession]:
        """The sessions that have not expired, of keys that are in use."""
        rows = self._session.execute(
            select(KeySessionRow.id, KeySessionRow.key_id, KeySessionRow.digest)
            .join(KeyRow, KeyRow.id == KeySessionRow.key_id)
            .where(KeySessionRow.expires_at > func.now(), KeyRow.revoked_at.is_(None))
        )
        return [StoredSession(id=row.id, key_id=row.key_id, digest=bytes(row.digest)) for row in rows]

    def open_session(self, key_id: UUID, digest: bytes, *, lasts: timedelta) -> None:
        """Add a session of a key. Forgets those that have expired, and of this key those opened before the newest."""
        kept = (
            select(KeySessionRow.id)
            .where(KeySessionRow.key_id == key_id)
            .order_by(KeySessionRow.created_at.desc(), KeySessionRow.id.desc())
            .limit(MOST_SESSIONS - 1)
        )
        is_older = and_(KeySessionRow.key_id == key_id, KeySessionRow.id.not_in(kept))
        self._session.execute(delete(KeySessionRow).where(or_(KeySessionRow.expires_at <= func.now(), is_older)))
        self._session.add(KeySessionRow(key_id=key_id, digest=digest, expires_at=func.now() + lasts))

    def end_session(self, session_id: UUID) -> None:
        """Forget a session."""
        self._session.execute(delete(KeySessionRow).where(KeySessionRow.id == session_id))

    def note_use(self, session_ids: Collection[UUID]) -> None:
        """Write that sessions were used now, where that was not written within `USE_NOTED_EVERY_S`."""
        before = func.now() - timedelta(seconds=USE_NOTED_EVERY_S)
        is_due = or_(KeySessionRow.last_used_at.is_(None), KeySessionRow.last_used_at <= before)
        self._session.execute(
            update(KeySessionRow).where(KeySessionRow.id.in_(list(session_ids)), is_due).values(last_used_at=func.now())
        )
