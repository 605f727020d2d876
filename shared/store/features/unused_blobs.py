"""Blobs that removed tracks had, or that left a cache: deleted where nobody refers to them, and nobody is about to."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, exists, or_, select

from shared.domain.job import Stage
from shared.store.base_repository import BaseRepository
from shared.store.jobs.repository import OPEN_ITEMS
from shared.store.tables import ArrayRow, ClipRow, JobItem, TrackMediaRow, UnusedBlob, Upload, VariantRow

_MAKING = (Stage.FEATURIZE, Stage.AUGMENT, Stage.PACK, Stage.UPLOAD, Stage.MEDIA)
"""Work that stores blobs before it writes down that it has them."""


class UnusedBlobs(BaseRepository):
    """All SQL on blobs that may go."""

    def has_unused(self) -> bool:
        """Whether there is anything to delete, and nothing is being made that might be the same."""
        is_made = exists().where(JobItem.stage.in_(_MAKING), JobItem.state.in_(OPEN_ITEMS))
        return bool(self._session.scalar(select(exists().select_from(UnusedBlob)))) and not self._session.scalar(
            select(is_made)
        )

    def list_unused(self, *, limit: int = 500) -> Sequence[str]:
        """Keys to delete. Those that somebody refers to again are forgotten here."""
        is_used = or_(
            exists().where(ArrayRow.blob_key == UnusedBlob.key),
            exists().where(VariantRow.blob_key == UnusedBlob.key),
            exists().where(ClipRow.key == UnusedBlob.key, ClipRow.deleted_at.is_(None)),
            exists().where(Upload.audio_key == UnusedBlob.key),
            exists().where(TrackMediaRow.blob_key == UnusedBlob.key),
        )
        self._session.execute(delete(UnusedBlob).where(is_used).execution_options(synchronize_session=False))
        return self._session.scalars(select(UnusedBlob.key).order_by(UnusedBlob.key).limit(limit)).all()

    def forget_keys(self, keys: Iterable[str]) -> None:
        """Their bytes are gone."""
        self._session.execute(delete(UnusedBlob).where(UnusedBlob.key.in_(list(keys))))
