"""What the featurizer found, by track and spec."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, REAL, insert
from sqlalchemy.orm import Session, aliased

from shared.domain.catalogue import COMPUTED, COMPUTED_COLUMNS, CatalogueValue, input_columns
from shared.errors import Reason
from shared.store.forgetting import forget_what_was_made
from shared.store.tables import (
    ArrayRow,
    CatalogueFeatures,
    FeatureSet,
    FeatureSpecRow,
    Track,
    VariantRow,
)


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
    starts_s: tuple[float, ...] | None = None
    """Of each excerpt of a stack."""


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """What one spec gave for one track."""

    track_id: UUID
    descriptors: Sequence[float]
    audio_sha256: str
    duration_s: float
    n_damaged_packets: int
    arrays: tuple[StoredArray, ...]
    seconds_lost: float = 0.0
    took_s: float | None = None
    """Seconds that one process needed; None where not all had to be analysed."""
    catalogue: Mapping[str, CatalogueValue] = field(default_factory=dict)
    """Computed columns by name."""


class Features:
    """All SQL on features of one spec."""

    def __init__(self, session: Session, *, spec: str) -> None:
        self._session = session
        self._spec = spec

    def declare(
        self, parameters: dict[str, Any], *, descriptor_names: Sequence[str], descriptor_units: Sequence[str]
    ) -> None:
        """Write down what this spec's fingerprint stands for, once."""
        row = {
            "fingerprint": self._spec, "parameters": parameters, "descriptor_names": list(descriptor_names),
            "descriptor_units": list(descriptor_units),
        }  # fmt: skip
        self._session.execute(insert(FeatureSpecRow).values(**row).on_conflict_do_nothing())

    def declared(self) -> FeatureSpecRow | None:
        """What the fingerprint stands for, or None before anything was extracted under it."""
        return self._session.get(FeatureSpecRow, self._spec)

    def descriptor_names(self) -> tuple[str, ...]:
        """The names of the descriptors, in their order; empty before anything was extracted."""
        row = self._session.get(FeatureSpecRow, self._spec)
        return tuple(row.descriptor_names) if row else ()

    def save(self, found: Sequence[Extraction]) -> None:
        """Keep what was extracted, in place of what this spec gave before. What was made of that is dropped."""
        self._write(
            [
                {
                    "track_id": one.track_id,
                    "state": "ready",
                    "audio_sha256": one.audio_sha256,
                    "duration_s": one.duration_s,
                    "n_damaged_packets": one.n_damaged_packets,
                    "seconds_lost": one.seconds_lost,
                    "took_s": one.took_s,
                    "described": _literal(one.descriptors),
                }
                for one in found
            ]
        )
        rows = [
            {
                **asdict(array),
                "shape": list(array.shape),
                "track_id": one.track_id,
                "spec": self._spec,
                "starts_s": None if array.starts_s is None else list(array.starts_s),
            }
            for one in found
            for array in one.arrays
        ]
        if rows:
            self._upsert(ArrayRow, rows, keys=("track_id", "spec", "excerpt"))
        self._save_catalogue([one for one in found if one.catalogue])

    def save_failures(self, found: Sequence[tuple[UUID, Reason, str]]) -> None:
        """Keep why there are no features, as `(track id, reason, detail)`."""
        self._write(
            [
                {"track_id": track_id, "state": "failed", "reason": reason.value, "detail": detail}
                for track_id, reason, detail in found
            ]
        )
        track_ids = [track_id for track_id, _, _ in found]
        for table, its_own in (
            (ArrayRow, ArrayRow.spec == self._spec),
            (VariantRow, VariantRow.spec == self._spec),
            (CatalogueFeatures, CatalogueFeatures.origin == COMPUTED),
        ):
            self._session.execute(delete(table).where(table.track_id.in_(track_ids), its_own))

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
        """`(origin, the numbers of its input columns)` of each recording that has them all: delivered or computed ones.

        Never both: a proxy of ours and the column that it stands in for are on different scales, so a set of tracks is
        read from what was delivered where any of it was; from what was computed only where none was.
        """
        delivered: dict[UUID, tuple[str, list[float]]] = {}
        computed: dict[UUID, tuple[str, list[float]]] = {}
        for track_id, row in self.catalogue_rows(track_ids):
            numbers = _complete(row, input_columns(row.origin))
            if numbers is not None:
                side = computed if row.origin == COMPUTED else delivered
                side.setdefault(track_id, (row.origin, numbers))
        return delivered or computed

    def catalogue_for(
        self, track_ids: Iterable[UUID], *, columns: Sequence[str], origins: Collection[str]
    ) -> dict[UUID, tuple[str, list[float]]]:
        """`(origin, numbers)` as a model reads them: `columns` of each recording that has them all from one origin.

        From one of its own `origins` where there is one; another is told, so that the model can refuse it.
        """
        own: dict[UUID, tuple[str, list[float]]] = {}
        others: dict[UUID, tuple[str, list[float]]] = {}
        for track_id, row in self.catalogue_rows(track_ids):
            numbers = _complete(row, columns)
            if numbers is not None:
                (own if row.origin in origins else others).setdefault(track_id, (row.origin, numbers))
        return others | own

    def catalogue_rows(self, track_ids: Iterable[UUID]) -> list[tuple[UUID, CatalogueFeatures]]:
        """What every origin says of each recording, by origin; the track's own rows before another's."""
        query = _of_recordings(CatalogueFeatures, track_ids).order_by(CatalogueFeatures.origin)
        return [(track_id, row) for track_id, row in self._session.execute(query)]

    def _save_catalogue(self, found: Sequence[Extraction]) -> None:
        if not found:
            return
        rows = [
            {
                **{name: one.catalogue[name].value if name in one.catalogue else None for name in COMPUTED_COLUMNS},
                "statuses": {name: value.status.value for name, value in one.catalogue.items()},
                "track_id": one.track_id, "origin": COMPUTED, "spec": self._spec,
            }
            for one in found
        ]  # fmt: skip
        self._upsert(CatalogueFeatures, rows, keys=("track_id", "origin"))

    def _upsert(
        self, table: Any, rows: Sequence[dict[str, Any]], *, keys: tuple[str, ...],
        made: Mapping[str, ColumnElement[Any]] | None = None, lasting: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Insert the rows, or overwrite what has their keys. `made` are columns that an expression gives.

        Of `lasting` columns the old value stays where a row has none.

        The rows go beside the statement, not into it: so it is compiled once a process, not once a batch.
        """
        made = dict(made or {})
        query = insert(table.__table__).values(**made)
        columns = [name for name in (*rows[0], *made) if name in table.__table__.columns and name not in keys]
        kept: dict[str, ColumnElement[Any]] = {name: query.excluded[name] for name in columns}
        kept |= {name: func.coalesce(query.excluded[name], table.__table__.c[name]) for name in lasting}
        self._session.execute(query.on_conflict_do_update(index_elements=list(keys), set_=kept), list(rows))

    def _write(self, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        empty = dict.fromkeys(
            (
                "reason", "detail", "audio_sha256", "duration_s", "n_damaged_packets", "seconds_lost", "took_s",
                "described",
            ),
            None,
        )  # fmt: skip
        described = cast(bindparam("described", type_=Text), ARRAY(REAL))
        self._upsert(
            FeatureSet,
            [{**empty, **row, "spec": self._spec} for row in rows],
            keys=("track_id", "spec"),
            made={"made_at": func.now(), "descriptors": described},
            lasting=["took_s"],
        )
        mine, track = aliased(Track), aliased(Track)
        recordings = (
            select(track.id)
            .join(mine, mine.survivor_id == track.survivor_id)
            .where(mine.id.in_([row["track_id"] for row in rows]))
        )
        forget_what_was_made(self._session, recordings)


def _complete(row: CatalogueFeatures, columns: Sequence[str]) -> list[float] | None:
    """The numbers of `columns`, or None where one is missing."""
    numbers = [getattr(row, column) for column in columns]
    return None if None in numbers else numbers


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


def _literal(values: Sequence[float]) -> str:
    """The values as one text that PostgreSQL reads as an array: the driver would wrap each number by itself.

    Nine digits are all that a float32 has.
    """
    return "{" + ",".join([f"{value:.9g}" for value in values]) + "}"


def _first_of_each(rows: Iterable[Any]) -> dict[UUID, Any]:
    found: dict[UUID, Any] = {}
    for track_id, row in rows:
        found.setdefault(track_id, row)
    return found
