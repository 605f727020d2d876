"""Catalogue columns that were learned from labelled clips, by track, beside the computed ones, which stay."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from shared.domain.learned_columns import LEARNED_SPEC
from shared.store.base_repository import page_after
from shared.store.features.by_recording import first_by_track, select_by_recording
from shared.store.features.spec_stages import SpecStages, StageReader
from shared.store.tables import FeatureSet, LearnedColumnRow, TaggerOutputRow, Track

LearnedValues = Mapping[str, float | None]
"""`LEARNED_VALUES` by name."""


class LearnedColumnRepository(StageReader):
    """All SQL on learned columns; they are of the version of today, and of the descriptors of this spec."""

    @property
    def fingerprint(self) -> str:
        """Of the weights and taggers of today and the descriptors of this spec."""
        stages = SpecStages(self._session).get_fingerprints(self._spec)
        return LEARNED_SPEC.compute_fingerprint(descriptors=stages.get("descriptors", self._spec))

    def save_columns(self, values: Mapping[UUID, LearnedValues]) -> None:
        """Keep the columns of tracks, in place of all that they had before."""
        self.drop_columns(values)
        if values:
            fingerprint = self.fingerprint
            rows = [{"track_id": one, "fingerprint": fingerprint, "values": dict(by)} for one, by in values.items()]
            query = insert(LearnedColumnRow).values(rows)  # another process may have come to them meanwhile
            self._session.execute(
                query.on_conflict_do_update(
                    index_elements=["track_id", "fingerprint"], set_={"values": query.excluded["values"]}
                )
            )

    def drop_columns(self, track_ids: Iterable[UUID]) -> None:
        """Forget the columns of tracks, of every version: what they were computed from is another now."""
        ids = list(track_ids)
        if ids:
            self._session.execute(delete(LearnedColumnRow).where(LearnedColumnRow.track_id.in_(ids)))

    def list_by_track(self, track_ids: Iterable[UUID]) -> dict[UUID, LearnedValues]:
        """The columns of each recording that has them: the track's own before another's."""
        query = select_by_recording(LearnedColumnRow, track_ids).where(LearnedColumnRow.fingerprint == self.fingerprint)
        return {track_id: row.values for track_id, row in first_by_track(self._session.execute(query)).items()}

    def list_lacking(self, *, after: UUID | None = None, limit: int) -> Sequence[UUID]:
        """A page of tracks that have descriptors and the outputs of all taggers, and no columns of these."""
        return self._session.scalars(
            page_after(select(Track.id).where(self._is_lacking()), Track.id, after, limit=limit)
        ).all()

    def count_lacking(self) -> int:
        """How many tracks `list_lacking` would give."""
        query = select(func.count()).select_from(Track).where(self._is_lacking())
        return self._session.scalar(query) or 0

    def count_ready(self) -> int:
        """How many tracks have columns of this version."""
        return self._count_tracks(LearnedColumnRow.fingerprint == self.fingerprint)

    def count_outdated(self) -> int:
        """How many tracks have columns of other versions only."""
        return self._count_tracks(LearnedColumnRow.fingerprint != self.fingerprint)

    def list_ready_descriptors(self, track_ids: Collection[UUID]) -> dict[UUID, list[float]]:
        """The newest descriptors of the tracks themselves, of specs that agree with this one in them."""
        query = (
            select(FeatureSet.track_id, FeatureSet.descriptors)
            .where(FeatureSet.track_id.in_(track_ids), self._is_described())
            .order_by(FeatureSet.made_at)
        )
        return {track_id: descriptors for track_id, descriptors in self._session.execute(query) if descriptors}

    def _count_tracks(self, condition: ColumnElement[bool]) -> int:
        query = select(func.count(LearnedColumnRow.track_id.distinct())).where(condition)
        return self._session.scalar(query) or 0

    def _is_described(self) -> ColumnElement[bool]:
        specs = self._specs_sharing(("descriptors",))
        return and_(FeatureSet.state == "ready", FeatureSet.spec.in_(specs), FeatureSet.descriptors.is_not(None))

    def _is_lacking(self) -> ColumnElement[bool]:
        outputs = aliased(TaggerOutputRow)
        tagged = [
            exists().where(outputs.track_id == Track.id, outputs.tagger == tagger, outputs.fingerprint == fingerprint)
            for tagger, fingerprint in LEARNED_SPEC.tagger_versions.items()
        ]
        has_columns = exists().where(
            LearnedColumnRow.track_id == Track.id, LearnedColumnRow.fingerprint == self.fingerprint
        )
        is_described = exists().where(FeatureSet.track_id == Track.id, self._is_described())
        return and_(*tagged, is_described, ~has_columns, ~Track.synthetic)
