"""What the featurizer found, by track and spec."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.domain.track import CATALOGUE_COLUMNS
from shared.errors import Reason
from shared.store.tables import ArrayRow, CatalogueFeatures, FeatureSet, FeatureSpecRow, Prediction


@dataclass(frozen=True, kw_only=True)
class StoredArray:
    """An array in the blob store."""

    excerpt: str
    start_s: float
    blob_key: str
    sha256: str
    shape: tuple[int, ...]
    dtype: str
    scale: str


class Features:
    """All SQL on features of one spec."""

    def __init__(self, session: Session, *, spec: str) -> None:
        self._session = session
        self._spec = spec

    def declare(self, parameters: dict[str, Any], *, descriptor_names: Sequence[str]) -> None:
        """Write down what this spec's fingerprint stands for, once."""
        row = {"fingerprint": self._spec, "parameters": parameters, "descriptor_names": list(descriptor_names)}
        self._session.execute(insert(FeatureSpecRow).values(**row).on_conflict_do_nothing())

    def descriptor_names(self) -> tuple[str, ...]:
        """The names of the descriptors, in their order; empty before anything was extracted."""
        row = self._session.get(FeatureSpecRow, self._spec)
        return tuple(row.descriptor_names) if row else ()

    def save(
        self, track_id: UUID, *, descriptors: Sequence[float], audio_sha256: str, duration_s: float,
        n_damaged_packets: int, arrays: Iterable[StoredArray],
    ) -> None:  # fmt: skip
        """Keep what was extracted, in place of what this spec gave before. Predictions made from that are dropped."""
        self._write(
            track_id, state="ready", reason=None, detail=None, audio_sha256=audio_sha256, duration_s=duration_s,
            n_damaged_packets=n_damaged_packets, descriptors=list(descriptors),
        )  # fmt: skip
        for array in arrays:
            row: dict[str, Any] = {
                "start_s": array.start_s, "blob_key": array.blob_key, "sha256": array.sha256,
                "shape": list(array.shape), "dtype": array.dtype, "scale": array.scale,
            }  # fmt: skip
            self._session.execute(
                insert(ArrayRow)
                .values(track_id=track_id, spec=self._spec, excerpt=array.excerpt, **row)
                .on_conflict_do_update(index_elements=["track_id", "spec", "excerpt"], set_=row)
            )

    def save_failure(self, track_id: UUID, *, reason: Reason, detail: str) -> None:
        """Keep why there are no features."""
        self._write(
            track_id, state="failed", reason=reason.value, detail=detail, audio_sha256=None, duration_s=None,
            n_damaged_packets=None, descriptors=None,
        )  # fmt: skip
        self._session.execute(delete(ArrayRow).where(ArrayRow.track_id == track_id, ArrayRow.spec == self._spec))

    def get(self, track_id: UUID) -> FeatureSet | None:
        """What this spec gave for the track, or None: not done yet."""
        return self._session.get(FeatureSet, (track_id, self._spec))

    def many(self, track_ids: Iterable[UUID]) -> dict[UUID, FeatureSet]:
        """What this spec gave for each track that was done."""
        query = select(FeatureSet).where(FeatureSet.spec == self._spec, FeatureSet.track_id.in_(list(track_ids)))
        return {row.track_id: row for row in self._session.scalars(query)}

    def arrays(self, track_ids: Iterable[UUID], *, excerpt: str = "talk") -> dict[UUID, ArrayRow]:
        """The stored array of each track that has one."""
        query = select(ArrayRow).where(
            ArrayRow.spec == self._spec, ArrayRow.excerpt == excerpt, ArrayRow.track_id.in_(list(track_ids))
        )
        return {row.track_id: row for row in self._session.scalars(query)}

    def catalogue(self, track_ids: Iterable[UUID]) -> dict[UUID, tuple[str, list[float]]]:
        """`(origin, the 13 numbers)` of each track that has them all."""
        query = (
            select(CatalogueFeatures)
            .where(CatalogueFeatures.track_id.in_(list(track_ids)))
            .order_by(CatalogueFeatures.origin)
        )
        found: dict[UUID, tuple[str, list[float]]] = {}
        for row in self._session.scalars(query):
            values = [getattr(row, column) for column in CATALOGUE_COLUMNS]
            if None not in values:
                found.setdefault(row.track_id, (row.origin, values))
        return found

    def _write(self, track_id: UUID, **values: Any) -> None:
        self._session.execute(
            insert(FeatureSet)
            .values(track_id=track_id, spec=self._spec, made_at=func.now(), **values)
            .on_conflict_do_update(index_elements=["track_id", "spec"], set_={"made_at": func.now(), **values})
        )
        self._session.execute(delete(Prediction).where(Prediction.track_id == track_id))
