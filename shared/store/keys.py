"""Keys: whose they are, when they were used, and which are revoked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.domain.roles import Role
from shared.store.base_repository import BaseRepository
from shared.store.tables import KeyRow

USE_NOTED_EVERY_S = 60.0
"""The last use of a key is written at most so often."""


@dataclass(frozen=True, kw_only=True)
class StoredKey:
    """A key without its secret."""

    id: UUID
    name: str
    role: Role
    digest: bytes
    """SHA-256 of the key."""
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def is_revoked(self) -> bool:
        """Whether it is refused."""
        return self.revoked_at is not None


class KeyRepository(BaseRepository):
    """All SQL on keys."""

    def list_keys(self) -> list[StoredKey]:
        """All keys, also revoked ones, the oldest first."""
        rows = self._session.scalars(select(KeyRow).order_by(KeyRow.created_at, KeyRow.id))
        return [
            StoredKey(
                id=row.id,
                name=row.name,
                role=Role(row.role),
                digest=bytes(row.digest),
                created_at=row.created_at,
                last_used_at=row.last_used_at,
                revoked_at=row.revoked_at,
            )
            for row in rows
        ]

    def add_key(self, *, name: str, role: Role, digest: bytes) -> bool:
        """Add a key. False where one of this name, or this very key, is in use."""
        added = insert(KeyRow).values(name=name, role=role.value, digest=digest).on_conflict_do_nothing()
        return self._session.execute(added.returning(KeyRow.id)).first() is not None

    def revoke_key(self, name: str) -> bytes | None:
        """Refuse a key from now on. Its digest, or None where no key of this name is in use."""
        revoked = (
            update(KeyRow)
            .where(KeyRow.name == name, KeyRow.revoked_at.is_(None))
            .values(revoked_at=func.now())
            .returning(KeyRow.digest)
        )
        digest = self._session.scalars(revoked).first()
        return None if digest is None else bytes(digest)

    def note_use(self, key_ids: Collection[UUID]) -> None:
        """Write that keys were used now, where that was not written within `USE_NOTED_EVERY_S`."""
        before = func.now() - timedelta(seconds=USE_NOTED_EVERY_S)
        is_due = or_(KeyRow.last_used_at.is_(None), KeyRow.last_used_at <= before)
        self._session.execute(
            update(KeyRow).where(KeyRow.id.in_(list(key_ids)), is_due).values(last_used_at=func.now())
        )
