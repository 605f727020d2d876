"""How many tracks have their features under a spec, which have not, and how fast the others were made."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from shared.domain.dataset import ARRAY_OF
from shared.domain.features import FingerprintSpec
from shared.domain.file_state import FileState
from shared.domain.job import ItemState, Stage
from shared.domain.stages import FINGERPRINT, STAGE_OF_ARRAY
from shared.store.base_repository import BaseRepository, page_after
from shared.store.features.spec_stages import SpecStages, is_representative
from shared.store.tables import (
    ArrayRow,
    FeatureSet,
    FingerprintRow,
    JobItem,
    Pack,
    Track,
    TrackSource,
    Upload,
    VariantRow,
)

_RECENT = 200
"""Analyses by which the rate is measured."""


@dataclass(frozen=True, kw_only=True)
class FeatureCounts:
    """Tracks by how their features stand. The sum of the last four is `n_tracks`."""

    n_tracks: int
    n_ready: int
    n_failed: int
    n_missing: int
    """With a file, and nothing under this spec yet."""
    n_without_audio: int


@dataclass(frozen=True, kw_only=True)
class MeasuredRate:
    """Seconds of one process a track, and how many processes worked side by side."""

    seconds_a_track: float
    n_processes: int


@dataclass(frozen=True, kw_only=True)
class StageCount:
    """Tracks by the version of one stage that they have."""

    fingerprint: str
    n_ready: int
    n_outdated: int


class FeatureCoverage(BaseRepository):
    """All SQL that counts features: of one spec, or of all that agree with it in a stage."""

    def __init__(self, session: Session, *, spec: str) -> None:
        super().__init__(session)
        self._spec = spec

    def count_tracks(self) -> FeatureCounts:
        """Every track, counted once."""
        state = (
            select(FeatureSet.state).where(FeatureSet.track_id == Track.id, FeatureSet.spec == self._spec)
        ).scalar_subquery()
        standing = select(state.label("state"), _has_file().label("has_file")).select_from(Track).subquery()
        rows = self._session.execute(
            select(standing.c.state, standing.c.has_file, func.count()).group_by(standing.c.state, standing.c.has_file)
        )
        tally = {"ready": 0, "failed": 0, "missing": 0, "without": 0}
        for extraction_state, has_file, number in rows:
            tally[extraction_state or ("missing" if has_file else "without")] += number
        return FeatureCounts(
            n_tracks=sum(tally.values()),
            n_ready=tally["ready"],
            n_failed=tally["failed"],
            n_missing=tally["missing"],
            n_without_audio=tally["without"],
        )

    def count_by_stage(self, stages: Iterable[str]) -> dict[str, StageCount]:
        """How many tracks have each stage in the version of this spec, and how many in others alone."""
        spec_stages = SpecStages(self._session)
        fingerprints = spec_stages.get_fingerprints(self._spec)
        n_analysed = self._count_ready(None)
        counts = {}
        for stage in sorted(set(stages) & fingerprints.keys()):
            is_of_specs = stage != FINGERPRINT
            n_ready = self._count_ready(spec_stages.list_specs_sharing(self._spec, (stage,)) if is_of_specs else None)
            n_ready -= 0 if is_of_specs else self._count_unfingerprinted()
            counts[stage] = StageCount(
                fingerprint=fingerprints[stage], n_ready=n_ready, n_outdated=n_analysed - n_ready
            )
        return counts

    def list_stale(
        self, *, failed: bool, waveforms: bool = False, after: UUID | None = None, limit: int = 500
    ) -> Sequence[UUID]:
        """A page of the tracks to compute, in order: with audio, now or earlier, and without features of this spec.

        Tracks without a fingerprint too. `failed`: those that could not be analysed under this spec as well.
        `waveforms`: those without a waveform too.
        """
        is_stale = or_(self._is_stale(failed=failed), and_(self._in_state("ready"), _lacks_fingerprint()))
        wanted = or_(is_stale, self._lacks_waveform()) if waveforms else is_stale
        query = select(Track.id).where(wanted)
        return self._session.scalars(page_after(query, Track.id, after, limit=limit)).all()

    def list_ready(self, *, after: UUID | None = None, limit: int = 500) -> Sequence[UUID]:
        """A page of the tracks that have the talk's excerpt, in the version of this spec, and a file; in order."""
        specs = self._specs_sharing("mel")
        described = exists().where(
            FeatureSet.track_id == Track.id, is_representative(FeatureSet, specs), FeatureSet.state == "ready"
        )
        query = select(Track.id).where(described, _has_file())
        return self._session.scalars(page_after(query, Track.id, after, limit=limit)).all()

    def count_without_waveform(self) -> int:
        """Tracks that have their features and their audio, and no waveform is stored."""
        return self._session.scalar(select(func.count()).select_from(Track).where(self._lacks_waveform())) or 0

    def filter_without_waveform(self, track_ids: Sequence[UUID]) -> set[UUID]:
        """Those of the tracks."""
        query = select(Track.id).where(Track.id.in_(track_ids), self._lacks_waveform())
        return set(self._session.scalars(query))

    def list_without_fingerprint(self, *, after: UUID | None = None, limit: int = 500) -> Sequence[UUID]:
        """A page of tracks with features of any spec and their file, and no fingerprint of this version; in order."""
        query = select(Track.id).where(_lacks_fingerprint())
        return self._session.scalars(page_after(query, Track.id, after, limit=limit)).all()

    def filter_ready(self, track_ids: Sequence[UUID]) -> set[UUID]:
        """Those of the tracks that have features of this spec."""
        query = select(Track.id).where(Track.id.in_(track_ids), self._in_state("ready"))
        return set(self._session.scalars(query))

    def filter_with_fingerprint(self, track_ids: Sequence[UUID]) -> set[UUID]:
        """Those of the tracks that have one, of today's version."""
        query = select(Track.id).where(Track.id.in_(track_ids), _has_fingerprint())
        return set(self._session.scalars(query))

    def measure_rate(self) -> MeasuredRate | None:
        """By the latest analyses, of whatever spec; None before there was one."""
        latest = (
            select(FeatureSet.took_s).where(FeatureSet.took_s.is_not(None)).order_by(FeatureSet.made_at.desc())
        ).limit(_RECENT)
        seconds = self._session.scalar(select(func.avg(latest.subquery().c.took_s)))
        if seconds is None:
            return None
        items = (
            select(JobItem.job_id, JobItem.worker)
            .where(JobItem.stage == Stage.FEATURIZE, JobItem.state == ItemState.DONE)
            .order_by(JobItem.finished_at.desc())
            .limit(_RECENT)
        ).subquery()
        job = select(items.c.job_id).limit(1).scalar_subquery()
        workers = self._session.scalar(select(func.count(items.c.worker.distinct())).where(items.c.job_id == job))
        return MeasuredRate(seconds_a_track=float(seconds), n_processes=max(1, workers or 1))

    def count_stored_arrays(self) -> Sequence[tuple[str, int, int]]:
        """`(excerpt, tracks, values)` for each kind of array, of this spec's version of its stage."""
        its_version = [
            and_(ArrayRow.excerpt == excerpt, is_representative(ArrayRow, self._specs_sharing(stage)))
            for excerpt, stage in STAGE_OF_ARRAY.items()
        ]
        rows = self._session.execute(
            select(ArrayRow.excerpt, ArrayRow.shape, func.count())
            .where(or_(*its_version))
            .group_by(ArrayRow.excerpt, ArrayRow.shape)
        )
        tracks: Counter[str] = Counter()
        values: Counter[str] = Counter()
        for excerpt, shape, number in rows:
            tracks[excerpt] += number
            values[excerpt] += number * math.prod(shape)
        return [(excerpt, tracks[excerpt], values[excerpt]) for excerpt in sorted(tracks)]

    def count_variants(self) -> Sequence[tuple[str, int, int]]:
        """`(transform, tracks, variants)` of this spec's version of the mel spectrogram."""
        draw = func.concat_ws("/", VariantRow.track_id, VariantRow.seed, VariantRow.copy)
        rows = self._session.execute(
            select(VariantRow.transform, func.count(VariantRow.track_id.distinct()), func.count(draw.distinct()))
            .where(VariantRow.spec.in_(self._specs_sharing("mel")))
            .group_by(VariantRow.transform)
            .order_by(VariantRow.transform)
        )
        return [(transform, tracks, number) for transform, tracks, number in rows]

    def list_packs(self) -> Sequence[Pack]:
        """The packs of this spec's versions of the stages, the newest first."""
        its_version = [
            and_(Pack.kind == kind, Pack.spec.in_(self._specs_sharing(stage))) for kind, stage in STAGE_OF_ARRAY.items()
        ]
        return self._session.scalars(select(Pack).where(or_(*its_version)).order_by(Pack.id.desc())).all()

    def _specs_sharing(self, stage: str) -> tuple[str, ...]:
        return SpecStages(self._session).list_specs_sharing(self._spec, (stage,))

    def _count_ready(self, specs: Sequence[str] | None) -> int:
        """Tracks with features under one of `specs`; None: under any."""
        query = select(func.count(FeatureSet.track_id.distinct())).where(FeatureSet.state == "ready")
        return self._session.scalar(query if specs is None else query.where(FeatureSet.spec.in_(specs))) or 0

    def _count_unfingerprinted(self) -> int:
        """Analysed tracks without an acoustic fingerprint of today's version, whether or not their file is there."""
        analysed = exists().where(FeatureSet.track_id == Track.id, FeatureSet.state == "ready")
        return self._session.scalar(select(func.count()).select_from(Track).where(analysed, ~_has_fingerprint())) or 0

    def _is_stale(self, *, failed: bool) -> ColumnElement[bool]:
        done = self._in_state("ready") if failed else self._in_state("ready", "failed")
        had_features = exists().where(FeatureSet.track_id == Track.id, FeatureSet.state == "ready")
        return and_(~done, or_(_has_file(), and_(had_features, ~self._in_state("failed"))))

    def _lacks_waveform(self) -> ColumnElement[bool]:
        stored = exists().where(
            ArrayRow.track_id == Track.id, ArrayRow.spec == self._spec, ArrayRow.excerpt == ARRAY_OF["waveform"]
        )
        is_kept = exists().where(Upload.track_id == Track.id, Upload.audio_key.is_not(None))
        return and_(self._in_state("ready"), ~stored, or_(_has_file(), is_kept))

    def _in_state(self, *states: str) -> ColumnElement[bool]:
        return exists().where(
            FeatureSet.track_id == Track.id, FeatureSet.spec == self._spec, FeatureSet.state.in_(states)
        )


def _has_file() -> ColumnElement[bool]:
    return exists().where(
        TrackSource.track_id == Track.id, TrackSource.locator.is_not(None), TrackSource.state != FileState.MISSING
    )


def _has_fingerprint() -> ColumnElement[bool]:
    return exists().where(FingerprintRow.track_id == Track.id, FingerprintRow.version == FingerprintSpec().version)


def _lacks_fingerprint() -> ColumnElement[bool]:
    is_ready = exists().where(FeatureSet.track_id == Track.id, FeatureSet.state == "ready")
    is_kept = exists().where(Upload.track_id == Track.id, Upload.audio_key.is_not(None))
    return and_(is_ready, ~_has_fingerprint(), or_(_has_file(), is_kept))
