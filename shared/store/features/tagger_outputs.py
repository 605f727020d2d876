"""The values that audio taggers gave for tracks: kept by version of the tagger, beside the feature specs.

A tagger has a fingerprint of its own, so that switching one on or off touches nothing else that is stored.
"""

import base64
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from shared.arrays import Tensor
from shared.domain.file_state import FileState
from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository, page_after
from shared.store.features.by_recording import select_by_recording
from shared.store.features.derived_data import forget_tagger_readers
from shared.store.tables import FeatureSet, TaggerOutputRow, Track, TrackSource, Upload

TaggerVersions = Mapping[str, str]
"""The fingerprint of each tagger, by its name, in the order in which their values are read."""


class TaggerOutputRepository(BaseRepository):
    """All SQL on the outputs of taggers."""

    def save_outputs(self, outputs: Mapping[UUID, Mapping[str, Tensor]], *, versions: TaggerVersions) -> None:
        """Keep the values of tracks, by track and tagger, in place of what the same version gave before.

        What models of these versions made of them is dropped where they changed.
        """
        rows = [
            {
                "track_id": track_id,
                "tagger": tagger,
                "fingerprint": versions[tagger],
                "values": encode_values(values),
            }
            for track_id, by_tagger in outputs.items()
            for tagger, values in by_tagger.items()
        ]
        if not rows:
            return
        query = insert(TaggerOutputRow).values(rows)
        changed = self._session.execute(
            query.on_conflict_do_update(
                index_elements=["track_id", "tagger", "fingerprint"],
                set_={"values": query.excluded["values"], "made_at": func.now()},
                where=query.excluded["values"] != TaggerOutputRow.values,
            ).returning(TaggerOutputRow.track_id, TaggerOutputRow.tagger)
        ).all()
        if changed:
            mine, track = aliased(Track), aliased(Track)
            recordings = (
                select(track.id)
                .join(mine, mine.survivor_id == track.survivor_id)
                .where(mine.id.in_({track_id for track_id, _ in changed}))
            )
            forget_tagger_readers(self._session, recordings, {tagger: versions[tagger] for _, tagger in changed})

    def list_by_track(self, track_ids: Sequence[UUID], *, versions: TaggerVersions) -> dict[UUID, Tensor]:
        """The values of all of the taggers, joined in their order, of those recordings that have all of them."""
        if not versions:
            return {}
        query = select_by_recording(TaggerOutputRow, track_ids).where(_is_of_versions(versions))
        by_track: dict[UUID, dict[str, Tensor]] = {}
        for track_id, row in self._session.execute(query):
            by_track.setdefault(track_id, {}).setdefault(row.tagger, decode_values(row.values))
        return {
            track_id: np.concatenate([by_tagger[tagger] for tagger in versions])
            for track_id, by_tagger in by_track.items()
            if by_tagger.keys() == set(versions)
        }

    def filter_missing(self, track_ids: Collection[UUID], *, versions: TaggerVersions) -> dict[UUID, frozenset[str]]:
        """The taggers whose values of these versions a track lacks itself, by track; one that lacks none is absent."""
        query = select(TaggerOutputRow.track_id, TaggerOutputRow.tagger).where(
            TaggerOutputRow.track_id.in_(track_ids), _is_of_versions(versions)
        )
        there: dict[UUID, set[str]] = {}
        for track_id, tagger in self._session.execute(query):
            there.setdefault(track_id, set()).add(tagger)
        lacking = {track_id: frozenset(versions) - there.get(track_id, set()) for track_id in track_ids}
        return {track_id: taggers for track_id, taggers in lacking.items() if taggers}

    def list_outdated(self, track_id: UUID, *, versions: TaggerVersions) -> list[str]:
        """Those of the taggers whose values the recording has in other versions only, in their order."""
        query = select_by_recording(TaggerOutputRow, [track_id]).where(TaggerOutputRow.tagger.in_(list(versions)))
        there: dict[str, set[str]] = {}
        for _, row in self._session.execute(query):
            there.setdefault(row.tagger, set()).add(row.fingerprint)
        return [tagger for tagger, digits in versions.items() if tagger in there and digits not in there[tagger]]

    def list_missing(self, track_id: UUID, *, versions: TaggerVersions) -> list[str]:
        """The taggers whose values of these versions the recording lacks, in their order."""
        query = select_by_recording(TaggerOutputRow, [track_id]).where(_is_of_versions(versions))
        there = {row.tagger for _, row in self._session.execute(query)} if versions else set()
        return [tagger for tagger in versions if tagger not in there]

    def list_lacking(self, *, versions: TaggerVersions, after: UUID | None = None, limit: int = 500) -> Sequence[UUID]:
        """A page of analysed tracks with their audio at hand that lack values of any of the taggers, in order."""
        if not versions:
            return []
        query = select(Track.id).where(_is_lacking(versions))
        return self._session.scalars(page_after(query, Track.id, after, limit=limit)).all()

    def count_lacking(self, *, versions: TaggerVersions) -> int:
        """How many tracks `list_lacking` would give."""
        if not versions:
            return 0
        return self._session.scalar(select(func.count()).select_from(Track).where(_is_lacking(versions))) or 0

    def count_by_tagger(self, *, versions: TaggerVersions) -> dict[str, int]:
        """How many tracks have the values of each tagger in this version."""
        rows = self._session.execute(
            select(TaggerOutputRow.tagger, func.count())
            .where(_is_of_versions(versions))
            .group_by(TaggerOutputRow.tagger)
        )
        counts = dict.fromkeys(versions, 0)
        counts.update((tagger, number) for tagger, number in rows)
        return counts


def select_with_outputs(versions: TaggerVersions) -> ColumnElement[bool]:
    """Whether any track of the recording of `Track` has the values of all of the taggers; none has those of none."""
    if not versions:
        return false()
    track = aliased(Track)
    return and_(
        *(
            exists()
            .where(
                track.survivor_id == Track.survivor_id,
                TaggerOutputRow.track_id == track.id,
                TaggerOutputRow.tagger == tagger,
                TaggerOutputRow.fingerprint == fingerprint,
            )
            .correlate(Track)
            for tagger, fingerprint in versions.items()
        ),
    )


def encode_values(values: Tensor) -> bytes:
    """As float16, little-endian: half the space, within .05 % of a value."""
    limit = np.finfo(np.float16).max
    return np.clip(values, -limit, limit).astype("<f2").tobytes()


def decode_values(content: bytes) -> Tensor:
    """What `encode_values` kept."""
    return np.frombuffer(content, dtype="<f2").astype(np.float32)


def encode_outputs(outputs: Mapping[str, Tensor], *, versions: TaggerVersions) -> JsonObject:
    """The outputs for one song that was sent in, as JSON."""
    return {
        tagger: {
            "fingerprint": versions[tagger],
            "values": base64.b64encode(encode_values(values)).decode("ascii"),
        }
        for tagger, values in outputs.items()
    }


def decode_outputs(stored: JsonObject | None, *, versions: TaggerVersions) -> Tensor | None:
    """The joined values of the taggers of these versions; None where any is missing."""
    parts = []
    for tagger, fingerprint in versions.items():
        kept = (stored or {}).get(tagger)
        if kept is None or kept["fingerprint"] != fingerprint:
            return None
        parts.append(decode_values(base64.b64decode(kept["values"])))
    return np.concatenate(parts) if parts else None


def _is_of_versions(versions: TaggerVersions) -> ColumnElement[bool]:
    return or_(
        *(
            and_(TaggerOutputRow.tagger == tagger, TaggerOutputRow.fingerprint == fingerprint)
            for tagger, fingerprint in versions.items()
        )
    )


def _is_lacking(versions: TaggerVersions) -> ColumnElement[bool]:
    n_kept = (
        select(func.count())
        .where(TaggerOutputRow.track_id == Track.id, _is_of_versions(versions))
        .correlate(Track)
        .scalar_subquery()
    )
    is_ready = exists().where(FeatureSet.track_id == Track.id, FeatureSet.state == "ready")
    has_file = exists().where(
        TrackSource.track_id == Track.id, TrackSource.locator.is_not(None), TrackSource.state != FileState.MISSING
    )
    is_kept = exists().where(Upload.track_id == Track.id, Upload.audio_key.is_not(None))
    return and_(is_ready, ~Track.synthetic, n_kept < len(versions), or_(has_file, is_kept))
