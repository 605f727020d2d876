"""What may change while everything runs: live settings, and folders in which something changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.store.tables.base import Base, created_now


class LiveSettingRow(Base):
    """A value that somebody stored."""

    __tablename__ = "live_settings"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_by: Mapped[str]


class FolderChange(Base):
    """Something changed below a root of the library and is not crawled yet. One row a root: many changes are one."""

    __tablename__ = "folder_changes"
    root: Mapped[str] = mapped_column(primary_key=True)
    """The root's name."""
    folder: Mapped[str]
    """Below the root, with slashes; everything that changed lies in it. Empty: the root itself."""
    noticed_by: Mapped[str]
    """`watch` or `hook`."""
    first_at: Mapped[datetime] = created_now()
    last_at: Mapped[datetime] = created_now()


class WatchedRoot(Base):
    """How a root of the library is watched, and what was in it when that was last looked at."""

    __tablename__ = "watched_roots"
    root: Mapped[str] = mapped_column(primary_key=True)
    mode: Mapped[str]
    """`events`, `rescan` or `away`."""
    detail: Mapped[str]
    signature: Mapped[str | None]
    """Of all sound files below it, by name, size and time of change; None before the first look."""
    n_folders: Mapped[int] = mapped_column(default=0)
    n_files: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[datetime] = created_now()
