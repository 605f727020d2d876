"""What was extracted before and still stands: of the track by an earlier spec, or of another track with its sound."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, tuple_
from sqlalchemy.orm import Session, aliased

from shared.domain.catalogue import COMPUTED, CatalogueValue, ValueStatus
from shared.domain.dataset import ARRAY_OF
from shared.domain.file_state import FileState
from shared.fingerprints.matching import Fingerprint
from shared.store.base_repository import BaseRepository
from shared.store.features.fingerprints import FingerprintRepository
from shared.store.features.repository import ExtractedFeatures, StoredArray
from shared.store.features.spec_stages import SpecStages
from shared.store.tables import ArrayRow, CatalogueFeatures, FeatureSet, TrackSource


@dataclass(frozen=True, kw_only=True)
class PreviousExtraction:
    """What stands for a track already, and by which versions of the stages."""

    extraction: ExtractedFeatures
    stages: Mapping[str, str]
    """The fingerprints of the stages of its spec."""
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class SeenFile:
    """The file of a track, as it was when it was first seen, or first seen changed."""

    source_id: int
    """Of its row."""
    track_id: UUID
    locator: str
    size_bytes: int | None
    mtime_ns: int | None
    seen_at: datetime
    state: str = FileState.PRESENT

    @property
    def is_open(self) -> bool:
        """It changed, and nobody knows yet what it sounds like."""
        return self.state == FileState.CHANGED


class ReusableFeatures(BaseRepository):
    """All SQL on what may be carried over to one spec."""

    def __init__(self, session: Session, *, spec: str) -> None:
        super().__init__(session)
        self._spec = spec

    def list_previous(self, track_ids: Iterable[UUID], *, own: bool = False) -> dict[UUID, PreviousExtraction]:
        """The latest that any other spec gave for each track; `own`: what this spec gave, of those that have it."""
        its_spec = FeatureSet.spec == self._spec if own else FeatureSet.spec != self._spec
        query = (
            select(FeatureSet)
            .where(FeatureSet.track_id.in_(list(track_ids)), its_spec, FeatureSet.state == "ready")
            .order_by(FeatureSet.made_at)
        )
        latest = {row.track_id: row for row in self._session.scalars(query)}
        return self._load_known({track_id: (row, track_id) for track_id, row in latest.items()})

    def list_previous_stages(self, track_ids: Iterable[UUID]) -> dict[UUID, tuple[Mapping[str, str], bool]]:
        """By track the fingerprints of the stages that would be carried over, and whether it has a waveform."""
        has_waveform = exists().where(
            ArrayRow.track_id == FeatureSet.track_id,
            ArrayRow.spec == FeatureSet.spec,
            ArrayRow.excerpt == ARRAY_OF["waveform"],
        )
        query = (
            select(FeatureSet.track_id, FeatureSet.spec, has_waveform)
            .where(FeatureSet.track_id.in_(list(track_ids)), FeatureSet.spec != self._spec, FeatureSet.state == "ready")
            .order_by(FeatureSet.made_at)
        )
        rows = self._session.execute(query).all()
        stages = SpecStages(self._session).list_all()
        return {track_id: (stages.get(spec, {}), has) for track_id, spec, has in rows}

    def list_with_same_audio(self, known: Mapping[UUID, PreviousExtraction]) -> dict[UUID, PreviousExtraction]:
        """What this spec gave for another track that had all the same samples before, for each of the tracks."""
        then, now = aliased(FeatureSet), aliased(FeatureSet)
        sounds = {one.extraction.decoded_sha256 for one in known.values() if one.extraction.decoded_sha256}
        query = (
            select(then.decoded_sha256, then.duration_s, then.spec, now)
            .join(now, (now.track_id == then.track_id) & (now.spec == self._spec) & (now.state == "ready"))
            .where(then.decoded_sha256.in_(sounds), then.spec != self._spec)
        )
        done = {(sound, duration_s): row for sound, duration_s, _, row in self._session.execute(query)}
        reusable = {
            track_id: (row, track_id)
            for track_id, one in known.items()
            if (row := done.get((one.extraction.decoded_sha256, one.extraction.duration_s))) is not None
        }
        return self._load_known(reusable)

    def list_files(self, track_ids: Iterable[UUID]) -> dict[UUID, SeenFile]:
        """The file of each track that has one: the one seen last of those that are there and did not change."""
        rows = self._files(TrackSource.track_id.in_(list(track_ids)))
        return {row.track_id: row for row in rows}

    def files_at(self, locators: Iterable[str]) -> dict[str, SeenFile]:
        """What is known of the files at these places."""
        rows = self._files((TrackSource.source == "folder") & TrackSource.source_id.in_(list(locators)))
        return {row.locator: row for row in rows}

    def _files(self, rule: ColumnElement[bool]) -> list[SeenFile]:
        is_present = TrackSource.state == FileState.PRESENT
        query = select(TrackSource).where(rule, TrackSource.locator.is_not(None))
        rows = self._session.scalars(query.order_by(is_present, TrackSource.seen_at, TrackSource.id))
        return [
            SeenFile(
                source_id=row.id,
                track_id=row.track_id,
                locator=row.locator,
                size_bytes=row.size_bytes,
                mtime_ns=row.mtime_ns,
                seen_at=row.seen_at,
                state=row.state,
            )
            for row in rows
            if row.locator
        ]

    def _load_known(self, rows: Mapping[UUID, tuple[FeatureSet, UUID]]) -> dict[UUID, PreviousExtraction]:
        """`{track: (row to take over, track that it is for)}` with arrays and catalogue values."""
        if not rows:
            return {}
        keys = [(row.track_id, row.spec) for row, _ in rows.values()]
        arrays: dict[tuple[UUID, str], list[ArrayRow]] = {}
        for array in self._session.scalars(select(ArrayRow).where(tuple_(ArrayRow.track_id, ArrayRow.spec).in_(keys))):
            arrays.setdefault((array.track_id, array.spec), []).append(array)
        query = select(CatalogueFeatures).where(
            tuple_(CatalogueFeatures.track_id, CatalogueFeatures.spec).in_(keys), CatalogueFeatures.origin == COMPUTED
        )
        catalogue = {(row.track_id, row.spec): row for row in self._session.scalars(query)}
        stages = SpecStages(self._session).list_all()
        fingerprints = FingerprintRepository(self._session).list_by_track({row.track_id for row, _ in rows.values()})
        return {
            track_id: PreviousExtraction(
                extraction=_extraction_from_row(
                    row,
                    arrays.get((row.track_id, row.spec), []),
                    catalogue.get((row.track_id, row.spec)),
                    for_track_id,
                    fingerprint=fingerprints.get(row.track_id),
                ),
                stages=stages.get(row.spec, {}),
                made_at=row.made_at,
            )
            for track_id, (row, for_track_id) in rows.items()
        }


def _extraction_from_row(
    row: FeatureSet,
    arrays: Sequence[ArrayRow],
    catalogue: CatalogueFeatures | None,
    track_id: UUID,
    *,
    fingerprint: Fingerprint | None,
) -> ExtractedFeatures:
    plain = ("excerpt", "start_s", "blob_key", "sha256", "dtype", "scale")
    return ExtractedFeatures(
        track_id=track_id,
        descriptors=row.descriptors or [],
        audio_sha256=row.audio_sha256 or "",
        duration_s=row.duration_s or 0.0,
        n_damaged_packets=row.n_damaged_packets or 0,
        seconds_lost=row.seconds_lost or 0.0,
        arrays=tuple(
            StoredArray(
                **{name: getattr(array, name) for name in plain},
                shape=tuple(array.shape),
                starts_s=None if array.starts_s is None else tuple(array.starts_s),
            )
            for array in arrays
        ),
        catalogue=catalogue_values(catalogue) if catalogue else {},
        decoded_sha256=row.decoded_sha256,
        fingerprint=fingerprint,
    )


def catalogue_values(row: CatalogueFeatures) -> dict[str, CatalogueValue]:
    """The computed values of a row by name, each with its status."""
    return {
        name: CatalogueValue(name=name, value=getattr(row, name), status=ValueStatus(status))
        for name, status in (row.statuses or {}).items()
    }
