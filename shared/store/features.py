"""What the featurizer found, by track and spec."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from shared.domain.track import CATALOGUE_COLUMNS
from shared.errors import Reason
from shared.store.tables import ArrayRow, CatalogueFeatures, FeatureSet, FeatureSpecRow, Prediction, Track


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


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """What one spec gave for one track."""

    track_id: UUID
    descriptors: Sequence[float]
    audio_sha256: str
    duration_s: float
    n_damaged_packets: int
    arrays: tuple[StoredArray, ...]


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

    def save(self, found: Sequence[Extraction]) -> None:
        """Keep what was extracted, in place of what this spec gave before. Predictions made from that are dropped."""
        self._write(
            [
                {
                    "track_id": one.track_id,
                    "state": "ready",
                    "audio_sha256": one.audio_sha256,
                    "duration_s": one.duration_s,
                    "n_damaged_packets": one.n_damaged_packets,
                    "descriptors": list(one.descriptors),
                }
                for one in found
            ]
        )
        rows = [
            {**asdict(array), "shape": list(array.shape), "track_id": one.track_id, "spec": self._spec}
            for one in found
            for array in one.arrays
        ]
        if rows:
            query = insert(ArrayRow).values(rows)
            self._session.execute(
                query.on_conflict_do_update(
                    index_elements=["track_id", "spec", "excerpt"],
                    set_={
                        name: query.excluded[name] for name in rows[0] if name not in {"track_id", "spec", "excerpt"}
                    },
                )
            )

    def save_failures(self, found: Sequence[tuple[UUID, Reason, str]]) -> None:
        """Keep why there are no features, as `(track id, reason, detail)`."""
        self._write(
            [
                {"track_id": track_id, "state": "failed", "reason": reason.value, "detail": detail}
                for track_id, reason, detail in found
            ]
        )
        track_ids = [track_id for track_id, _, _ in found]
        self._session.execute(delete(ArrayRow).where(ArrayRow.track_id.in_(track_ids), ArrayRow.spec == self._spec))

    def get(self, track_id: UUID) -> FeatureSet | None:
        """What this spec gave for this very track, or None: not done yet."""
        return self._session.get(FeatureSet, (track_id, self._spec))

    def many(self, track_ids: Iterable[UUID]) -> dict[UUID, FeatureSet]:
        """What this spec gave for each recording that was done: the track's own, or another's where that is ready."""
        ready_first = FeatureSet.state.desc()
        query = _of_recordings(FeatureSet, track_ids, first=ready_first).where(FeatureSet.spec == self._spec)
        return _first_of_each(self._session.execute(query))

    def arrays(self, track_ids: Iterable[UUID], *, excerpt: str = "talk") -> dict[UUID, ArrayRow]:
        """The stored array of each recording that has one: the track's own before another's."""
        query = _of_recordings(ArrayRow, track_ids).where(ArrayRow.spec == self._spec, ArrayRow.excerpt == excerpt)
        return _first_of_each(self._session.execute(query))

    def catalogue(self, track_ids: Iterable[UUID]) -> dict[UUID, tuple[str, list[float]]]:
        """`(origin, the 13 numbers)` of each recording that has them all, the track's own before another's."""
        found: dict[UUID, tuple[str, list[float]]] = {}
        query = _of_recordings(CatalogueFeatures, track_ids).order_by(CatalogueFeatures.origin)
        for track_id, row in self._session.execute(query):
            values = [getattr(row, column) for column in CATALOGUE_COLUMNS]
            if None not in values:
                found.setdefault(track_id, (row.origin, values))
        return found

    def _write(self, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        empty = dict.fromkeys(
            ("reason", "detail", "audio_sha256", "duration_s", "n_damaged_packets", "descriptors"), None
        )
        query = insert(FeatureSet).values([{**empty, **row, "spec": self._spec, "made_at": func.now()} for row in rows])
        kept = {name: query.excluded[name] for name in ("state", "made_at", *empty)}
        self._session.execute(query.on_conflict_do_update(index_elements=["track_id", "spec"], set_=kept))
        mine, track = aliased(Track), aliased(Track)
        recordings = (
            select(track.id)
            .join(mine, mine.survivor_id == track.survivor_id)
            .where(mine.id.in_([row["track_id"] for row in rows]))
        )
        self._session.execute(delete(Prediction).where(Prediction.track_id.in_(recordings)))


def _of_recordings(table: Any, track_ids: Iterable[UUID], *, first: Any = None) -> Select[Any, Any]:
    """`(track asked for, row of a track of its recording)`: after `first` the track's own, then by age."""
    wanted, track = aliased(Track), aliased(Track)
    own_first = (track.id != wanted.id, track.id)
    return (
        select(wanted.id, table)
        .join(track, track.survivor_id == wanted.survivor_id)
        .join(table, table.track_id == track.id)
        .where(wanted.id.in_(list(track_ids)))
        .order_by(wanted.id, *(own_first if first is None else (first, *own_first)))
    )


def _first_of_each(rows: Iterable[Any]) -> dict[UUID, Any]:
    found: dict[UUID, Any] = {}
    for track_id, row in rows:
        found.setdefault(track_id, row)
    return found
