"""Keys with which requests may be sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.store.tables.base import Base, created_now, new_id


class KeyRow(Base):
    """A key: whose it is, what it may do, and the SHA-256 of it. The key itself is stored nowhere."""

    __tablename__ = "keys"
    __table_args__ = (
        Index("keys_names_in_use", "name", unique=True, postgresql_where=text("revoked_at is null")),
        CheckConstraint("role in ('read', 'label', 'operate')", name="a_key_has_a_role"),
    )
    id: Mapped[UUID] = new_id()
    name: Mapped[str]
    role: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = created_now()
    last_used_at: Mapped[datetime | None]
    """Written at most once a minute."""
    revoked_at: Mapped[datetime | None]
    """From then on it is refused. The row stays: an installation that had keys is not open again without."""
