"""The repository of features, by track and spec."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, REAL, insert
from sqlalchemy.orm import aliased

from shared.arrays import Tensor
from shared.domain.catalogue import COMPUTED, COMPUTED_COLUMNS, CatalogueValue
from shared.domain.file_tags import FileTags
from shared.domain.stages import FINGERPRINT, STAGE_OF_ARRAY
from shared.errors import OF_THE_MOMENT, Reason
from shared.fingerprints.matching import Fingerprint
from shared.json_objects import JsonObject
from shared.store.features.by_recording import first_by_track, select_by_recording
from shared.store.features.derived_data import forget_stage_readers
from shared.store.features.spec_stages import SpecStages, StageReader, is_representative
from shared.store.features.stage_values import ValuesBySpec, find_changed_stages, load_values_by_spec
from shared.store.tables import (
    ArrayRow,
    CatalogueFeatures,
    FeatureSet,
    FeatureSpecRow,
    LearnedColumnRow,
    Track,
    VariantRow,
)
from shared.store.tables.base import ColumnValues

_STAGES = ("descriptors", "catalogue", *dict.fromkeys(STAGE_OF_ARRAY.values()))


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
class ExtractedFeatures:
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
    decoded_sha256: str | None = None
    """Of all decoded samples; None where nobody asked."""
    fingerprint: Fingerprint | None = None
    """Kept beside the spec, by its own version (`shared.store.features.fingerprints`); None where it was not made."""
    tagger_outputs: Mapping[str, Tensor] = field(default_factory=dict)
    """By tagger, of those that had to be run. Kept beside the spec (`shared.store.features.tagger_outputs`)."""
    tags: FileTags | None = None
    """What the container said when it was opened; kept with the file (`shared.store.tracks.tag_columns`)."""


@dataclass(frozen=True, kw_only=True)
class ShortClip:
    """A clip that is too short to be described."""

    audio_sha256: str
    """Of all its samples."""
    duration_s: float


class FeatureRepository(StageReader):
    """Features as one spec gave them: written under it, read from all specs that agree with it in the stages read."""

    def declare_spec(
        self, parameters: JsonObject, *, descriptor_names: Sequence[str], descriptor_units: Sequence[str]
    ) -> None:
        """Write down what this spec's fingerprint stands for, once."""
        row = {
            "fingerprint": self._spec,
            "parameters": parameters,
            "descriptor_names": list(descriptor_names),
            "descriptor_units": list(descriptor_units),
        }
        self._session.execute(insert(FeatureSpecRow).values(**row).on_conflict_do_nothing())
        SpecStages(self._session).declare_stages(self._spec, parameters)

    def get_declared(self) -> FeatureSpecRow | None:
        """What the descriptors of this spec are, or None before any were extracted."""
        for spec in self._specs_to_read("descriptors"):
            row = self._session.get(FeatureSpecRow, spec)
            if row is not None:
                return row
        return None

    def descriptor_names(self) -> tuple[str, ...]:
        """The names of the descriptors, in their order; empty before anything was extracted."""
        row = self.get_declared()
        return tuple(row.descriptor_names) if row else ()

    def save_extractions(self, extractions: Sequence[ExtractedFeatures]) -> None:
        """Keep what was extracted, in place of what this spec gave before.

        What models made of a stage is dropped where the values of that stage changed, and only there.
        """
        track_ids = [one.track_id for one in extractions]
        before = load_values_by_spec(self._session, track_ids, specs=self._related_specs())
        self._write_rows(
            [
                {
                    "track_id": one.track_id,
                    "state": "ready",
                    "audio_sha256": one.audio_sha256,
                    "decoded_sha256": one.decoded_sha256,
                    "duration_s": one.duration_s,
                    "n_damaged_packets": one.n_damaged_packets,
                    "seconds_lost": one.seconds_lost,
                    "took_s": one.took_s,
                    "described": _array_literal(one.descriptors),
                }
                for one in extractions
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
            for one in extractions
            for array in one.arrays
        ]
        if rows:
            self._upsert_rows(ArrayRow, rows, keys=("track_id", "spec", "excerpt"))
        self._save_catalogue([one for one in extractions if one.catalogue])
        self._forget_changed(track_ids, before)

    def save_failures(self, failures: Sequence[tuple[UUID, Reason, str]]) -> None:
        """Keep why there are no features, as `(track id, reason, detail)`, of tracks without any of this spec.

        A reason of the moment says nothing of a sound: it is not kept, and what was computed stays.
        """
        ready = select(FeatureSet.track_id).where(
            FeatureSet.track_id.in_([track_id for track_id, _, _ in failures]),
            FeatureSet.spec == self._spec,
            FeatureSet.state == "ready",
        )
        kept = set(self._session.scalars(ready)) if failures else set()
        failures = list(
            {one[0]: one for one in failures if one[0] not in kept and one[1] not in OF_THE_MOMENT}.values()
        )
        if not failures:
            return
        self._write_rows(
            [
                {"track_id": track_id, "state": "failed", "reason": reason.value, "detail": detail}
                for track_id, reason, detail in failures
            ]
        )
        track_ids = [track_id for track_id, _, _ in failures]
        for table, of_spec in (
            (ArrayRow, ArrayRow.spec == self._spec),
            (VariantRow, VariantRow.spec == self._spec),
            (CatalogueFeatures, (CatalogueFeatures.origin == COMPUTED) & (CatalogueFeatures.spec == self._spec)),
        ):
            self._session.execute(delete(table).where(table.track_id.in_(track_ids), of_spec))
        self._session.execute(delete(LearnedColumnRow).where(LearnedColumnRow.track_id.in_(track_ids)))
        self._forget_derived(track_ids, frozenset(STAGE_OF_ARRAY.values()) | {"catalogue", "descriptors"})

    def save_short_clips(self, clips: Mapping[UUID, ShortClip]) -> None:
        """Keep which clip it is that was too short, for tracks whose failure is saved."""
        for track_id, clip in clips.items():
            its_own = (FeatureSet.track_id == track_id) & (FeatureSet.spec == self._spec)
            self._session.execute(
                update(FeatureSet)
                .where(its_own & (FeatureSet.state == "failed"))
                .values(audio_sha256=clip.audio_sha256, decoded_sha256=clip.audio_sha256, duration_s=clip.duration_s)
            )

    def save_decoded_sha256(self, digits: Mapping[UUID, str]) -> None:
        """Keep the hash of all decoded samples of tracks that have features of this spec."""
        for track_id, decoded_sha256 in digits.items():
            its_own = (FeatureSet.track_id == track_id) & (FeatureSet.spec == self._spec)
            self._session.execute(update(FeatureSet).where(its_own).values(decoded_sha256=decoded_sha256))

    def get_own(self, track_id: UUID) -> FeatureSet | None:
        """What this spec gave for this very track, or None: not done yet."""
        return self._session.get(FeatureSet, (track_id, self._spec))

    def list_by_track(self, track_ids: Iterable[UUID]) -> dict[UUID, FeatureSet]:
        """What stands for each recording that was done: the track's own, or another's where that is ready."""
        ready_first = FeatureSet.state.desc()
        query = select_by_recording(FeatureSet, track_ids, first=ready_first)
        return first_by_track(
            self._session.execute(query.where(is_representative(FeatureSet, self._specs_to_read("descriptors"))))
        )

    def list_audio_hashes(self, track_ids: Iterable[UUID]) -> dict[UUID, str]:
        """The hash of the sound of each recording that was ever decoded, by the newest features of any spec."""
        track_ids = list(track_ids)
        query = select_by_recording(FeatureSet, track_ids, first=FeatureSet.made_at.desc())
        rows = first_by_track(self._session.execute(query.where(FeatureSet.audio_sha256.is_not(None))))
        return {track_id: row.audio_sha256 for track_id, row in rows.items()}

    def list_arrays(self, track_ids: Iterable[UUID], *, excerpt: str = "talk") -> dict[UUID, ArrayRow]:
        """The stored array of each recording that has one: the track's own before another's."""
        specs = self._specs_to_read(STAGE_OF_ARRAY[excerpt])
        query = select_by_recording(ArrayRow, track_ids).where(
            ArrayRow.excerpt == excerpt, is_representative(ArrayRow, specs)
        )
        return first_by_track(self._session.execute(query))

    def list_outdated_stages(self, track_id: UUID, *, stages: Iterable[str]) -> list[str]:
        """Those of the stages that the recording has in other versions only; none where it was never analysed."""
        track = aliased(Track)
        survivor = select(Track.survivor_id).where(Track.id == track_id).scalar_subquery()
        query = (
            select(FeatureSet.spec)
            .join(track, track.id == FeatureSet.track_id)
            .where(track.survivor_id == survivor, FeatureSet.state == "ready")
        )
        there = set(self._session.scalars(query))
        of_specs = set(stages) - {FINGERPRINT}  # a fingerprint has a version of its own, whatever spec made the rest
        return sorted(stage for stage in of_specs if there and there.isdisjoint(self._specs_sharing((stage,))))

    def _related_specs(self) -> dict[str, tuple[str, ...]]:
        """By stage the specs whose values of it are this spec's."""
        return {stage: self._specs_sharing((stage,)) for stage in _STAGES}

    def _forget_changed(self, track_ids: Sequence[UUID], before: ValuesBySpec) -> None:
        related = self._related_specs()
        after = (
            load_values_by_spec(self._session, track_ids, specs=dict.fromkeys(related, (self._spec,))) if before else {}
        )
        by_stages: dict[frozenset[str], list[UUID]] = {}
        for track_id in track_ids:
            changed = find_changed_stages(
                before.get(track_id, {}), after.get(track_id, {}).get(self._spec, {}), related
            )
            by_stages.setdefault(changed, []).append(track_id)
        for changed, its_tracks in by_stages.items():
            self._forget_derived(its_tracks, changed)

    def _forget_derived(self, track_ids: Sequence[UUID], changed: frozenset[str]) -> None:
        """Drop what was made of these stages of the tracks' recordings."""
        if not track_ids or not changed:
            return
        mine, track = aliased(Track), aliased(Track)
        recordings = (
            select(track.id).join(mine, mine.survivor_id == track.survivor_id).where(mine.id.in_(list(track_ids)))
        )
        forget_stage_readers(self._session, recordings, {stage: self._specs_sharing((stage,)) for stage in changed})

    def _save_catalogue(self, extractions: Sequence[ExtractedFeatures]) -> None:
        if not extractions:
            return
        rows = [
            {
                **{name: one.catalogue[name].value if name in one.catalogue else None for name in COMPUTED_COLUMNS},
                "statuses": {name: value.status.value for name, value in one.catalogue.items()},
                "track_id": one.track_id,
                "origin": COMPUTED,
                "spec": self._spec,
            }
            for one in extractions
        ]
        self._upsert_rows(CatalogueFeatures, rows, keys=("track_id", "origin", "spec"))

    def _upsert_rows(
        self,
        table: Any,
        rows: Sequence[ColumnValues],
        *,
        keys: tuple[str, ...],
        made: Mapping[str, ColumnElement[Any]] | None = None,
        lasting: Iterable[str] = (),
    ) -> None:
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

    def _write_rows(self, rows: Sequence[ColumnValues]) -> None:
        if not rows:
            return
        empty = dict.fromkeys(
            (
                "reason",
                "detail",
                "audio_sha256",
                "decoded_sha256",
                "duration_s",
                "n_damaged_packets",
                "seconds_lost",
                "took_s",
                "described",
            ),
            None,
        )
        described = cast(bindparam("described", type_=Text), ARRAY(REAL))
        self._upsert_rows(
            FeatureSet,
            [{**empty, **row, "spec": self._spec} for row in rows],
            keys=("track_id", "spec"),
            made={"made_at": func.now(), "descriptors": described},
            lasting=["took_s"],
        )


def _array_literal(values: Sequence[float]) -> str:
    """The values as one text that PostgreSQL reads as an array: the driver would wrap each number by itself.

    Nine digits are all that a float32 has.
    """
    return "{" + ",".join([f"{value:.9g}" for value in values]) + "}"
