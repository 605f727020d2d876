"""Sessions of browsers that logged in with a key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from shared.store.tables.base import Base, created_now, new_id


class KeySessionRow(Base):
    """A session: which key opened it, and the SHA-256 of the token in the cookie. The token is stored nowhere."""

    __tablename__ = "key_sessions"
    id: Mapped[UUID] = new_id()
    key_id: Mapped[UUID] = mapped_column(ForeignKey("keys.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = created_now()
    last_used_at: Mapped[datetime | None]
    """Written at most once a minute."""
    expires_at: Mapped[datetime]
