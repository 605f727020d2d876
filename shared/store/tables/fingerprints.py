"""Acoustic fingerprints, and which of them are alike."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from shared.store.tables.base import Base, created_now


class FingerprintRow(Base):
    """What a track sounds like, in a form that another encoding does not change. Empty where too little moves.

    It stays when its track is removed, so that the recording is known when it returns.
    """

    __tablename__ = "acoustic_fingerprints"
    __table_args__ = (
        Index("acoustic_fingerprints_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )
    track_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    """`FingerprintSpec.version`: two versions are never compared."""
    words: Mapped[bytes]
    """uint32, little-endian."""
    levels: Mapped[bytes]
    """uint8 `(n, 33)`, row by row."""
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    """The words by which it is looked up, as int32."""
    made_at: Mapped[datetime] = created_now()


class FingerprintPair(Base):
    """Two tracks whose fingerprints are alike, and how much: as they were when the later one was made."""

    __tablename__ = "fingerprint_pairs"
    __table_args__ = (CheckConstraint("one_id < other_id"),)
    one_id: Mapped[UUID] = mapped_column(primary_key=True)
    other_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    bit_error_rate: Mapped[float]
    level_deviation_db: Mapped[float]
    overlap: Mapped[float]
    """Compared words as a share of the shorter fingerprint."""
