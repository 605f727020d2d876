"""The values that audio taggers gave for tracks: kept by version of the tagger, beside the feature specs.

A tagger has a fingerprint of its own, so that switching one on or off touches nothing else that is stored.
"""

import base64
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, and_, cast, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import aliased

from shared.arrays import Tensor
from shared.domain.content_kind import ContentKind, find_content_kind
from shared.domain.file_state import FileState
from shared.domain.job import BACKGROUND, ItemState, JobKind, JobState, Stage
from shared.domain.taggers import MUSICNN, TAGGED_WITH, TAGGING_TOOK_S, YAMNET, list_versions
from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository, page_after
from shared.store.features.by_recording import select_by_recording
from shared.store.features.derived_data import forget_tagger_readers
from shared.store.features.given_tags import TAG_VERSION, replace_tags
from shared.store.features.output_values import decode_values, encode_values
from shared.store.jobs.repository import OPEN_JOBS, JobRepository
from shared.store.tables import FeatureSet, Job, JobItem, TaggerOutputRow, Track, TrackSource, Upload

TAGGERS = "taggers"
"""The name, in the parameters of a recomputation, of the versions to which it brings tracks, touching nothing else."""

_RECENT = 200
"""Tracks by which costs are measured."""

TaggerVersions = Mapping[str, str]
"""The fingerprint of each tagger, by its name, in the order in which their values are read."""


class TaggerOutputRepository(BaseRepository):
    """All SQL on the outputs of taggers."""

    def save_outputs(self, outputs: Mapping[UUID, Mapping[str, Tensor]], *, versions: TaggerVersions) -> None:
        """Keep the values of tracks, by track and tagger, in place of what the same version gave before.

        What models of these versions made of them is dropped where they changed; tags follow the values at once.
        """
        rows = [
            {
                "track_id": track_id,
                "tagger": tagger,
                "fingerprint": versions[tagger],
                "values": encode_values(values),
                "content_kind": _find_kind(tagger, versions[tagger], values),
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
                set_={
                    "values": query.excluded["values"],
                    "content_kind": query.excluded.content_kind,
                    "made_at": func.now(),
                },
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
            if versions.get(MUSICNN.name) == TAG_VERSION:
                # as they are stored, so that a later reading of the rows gives the same tags
                replace_tags(
                    self._session,
                    {
                        track_id: decode_values(encode_values(outputs[track_id][tagger]))
                        for track_id, tagger in changed
                        if tagger == MUSICNN.name
                    },
                )

    def list_by_track(self, track_ids: Sequence[UUID], *, versions: TaggerVersions) -> dict[UUID, Tensor]:
        """The values of all of the taggers, joined in their order, of those recordings that have all of them."""
        if not versions:
            return {}
        query = select_by_recording(TaggerOutputRow, track_ids).where(is_of_versions(versions))
        by_track: dict[UUID, dict[str, Tensor]] = {}
        for track_id, row in self._session.execute(query):
            by_track.setdefault(track_id, {}).setdefault(row.tagger, decode_values(row.values))
        return {
            track_id: np.concatenate([by_tagger[tagger] for tagger in versions])
            for track_id, by_tagger in by_track.items()
            if by_tagger.keys() == set(versions)
        }

    def list_content_kinds(self, track_ids: Collection[UUID]) -> dict[UUID, ContentKind]:
        """What is heard in those of the recordings that are no music, by today's version of YAMNet.

        As of all outputs the track's own decide, else those of the oldest of its recording.
        """
        wanted, track = aliased(Track), aliased(Track)
        query = (
            select(wanted.id, TaggerOutputRow.content_kind)
            .join(track, track.survivor_id == wanted.survivor_id)
            .join(TaggerOutputRow, TaggerOutputRow.track_id == track.id)
            .where(wanted.id.in_(track_ids), is_not_music(), ~is_overruled(track, wanted=wanted))
        )
        return {track_id: ContentKind(kind) for track_id, kind in self._session.execute(query) if kind}

    def count_content_kinds(self) -> dict[ContentKind, int]:
        """How many tracks are no music, by what is heard in them."""
        query = (
            select(TaggerOutputRow.content_kind, func.count())
            .where(is_not_music())
            .group_by(TaggerOutputRow.content_kind)
        )
        return {ContentKind(kind): number for kind, number in self._session.execute(query) if kind}

    def filter_missing(self, track_ids: Collection[UUID], *, versions: TaggerVersions) -> dict[UUID, frozenset[str]]:
        """The taggers whose values of these versions a track lacks itself, by track; one that lacks none is absent."""
        query = select(TaggerOutputRow.track_id, TaggerOutputRow.tagger).where(
            TaggerOutputRow.track_id.in_(track_ids), is_of_versions(versions)
        )
        there: dict[UUID, set[str]] = {}
        for track_id, tagger in self._session.execute(query):
            there.setdefault(track_id, set()).add(tagger)
        lacking = {track_id: frozenset(versions) - there.get(track_id, set()) for track_id in track_ids}
        return {track_id: taggers for track_id, taggers in lacking.items() if taggers}

    def list_by_sound(self, sounds: Mapping[str, str], *, versions: TaggerVersions) -> dict[str, dict[str, Tensor]]:
        """The values by tagger that any track has with these samples, by the hash of all of them.

        `sounds` are hashes of all decoded samples, each with that of the window that is described.
        """
        if not versions or not sounds:
            return {}
        query = (
            select(FeatureSet.decoded_sha256, TaggerOutputRow)
            .join(TaggerOutputRow, TaggerOutputRow.track_id == FeatureSet.track_id)
            .where(
                FeatureSet.audio_sha256.in_(set(sounds.values())),
                FeatureSet.decoded_sha256.in_(sounds.keys()),
                FeatureSet.state == "ready",
                is_of_versions(versions),
            )
        )
        by_sound: dict[str, dict[str, Tensor]] = {}
        for decoded_sha256, row in self._session.execute(query):
            by_sound.setdefault(str(decoded_sha256), {})[row.tagger] = decode_values(row.values)
        return by_sound

    def list_outdated(self, track_id: UUID, *, versions: TaggerVersions) -> list[str]:
        """Those of the taggers whose values the recording has in other versions only, in their order."""
        query = select_by_recording(TaggerOutputRow, [track_id]).where(TaggerOutputRow.tagger.in_(list(versions)))
        there: dict[str, set[str]] = {}
        for _, row in self._session.execute(query):
            there.setdefault(row.tagger, set()).add(row.fingerprint)
        return [tagger for tagger, digits in versions.items() if tagger in there and digits not in there[tagger]]

    def list_missing(self, track_id: UUID, *, versions: TaggerVersions) -> list[str]:
        """The taggers whose values of these versions the recording lacks, in their order."""
        query = select_by_recording(TaggerOutputRow, [track_id]).where(is_of_versions(versions))
        there = {row.tagger for _, row in self._session.execute(query)} if versions else set()
        return [tagger for tagger in versions if tagger not in there]

    def list_lacking(
        self, *, versions: TaggerVersions, untried: bool = False, after: UUID | None = None, limit: int = 500
    ) -> Sequence[UUID]:
        """A page of analysed tracks with their audio at hand that lack values of any of the taggers, in order.

        `untried`: without those that a job in the background has come to already.
        """
        if not versions:
            return []
        query = select(Track.id).where(_is_lacking(versions))
        if untried:
            query = query.where(~_was_tried(versions))
        return self._session.scalars(page_after(query, Track.id, after, limit=limit)).all()

    def schedule_tagging(self, *, versions: TaggerVersions) -> UUID | None:
        """A new job that asks the taggers about what they have not said yet, in the background.

        None where nothing is to be asked, or such a job is under way, or a person cancelled one: then a recomputation
        that somebody asks for is left.
        """
        if not versions:
            return None
        params = _background_params(versions)
        stopping = (*OPEN_JOBS, JobState.CANCELLED)
        same = self._session.scalars(select(Job.state).where(*_has_params(params))).all()
        if not set(same).isdisjoint(stopping) or not self.list_lacking(versions=versions, untried=True, limit=1):
            return None
        key = "/".join([TAGGERS, *versions.values(), str(len(same))])  # once, however many featurizers find it
        job, is_new = JobRepository(self._session).create_job(JobKind.RECOMPUTE, params, idempotency_key=key)
        return job.id if is_new else None

    def is_tagging(self, *, versions: TaggerVersions) -> bool:
        """Whether a job in the background is adding the values of the taggers to a library."""
        open_job = exists().where(*_has_params(_background_params(versions)), Job.state.in_(OPEN_JOBS))
        return bool(self._session.scalar(select(open_job)))

    def count_lacking(self, *, versions: TaggerVersions) -> int:
        """How many tracks `list_lacking` would give."""
        if not versions:
            return 0
        return self._session.scalar(select(func.count()).select_from(Track).where(_is_lacking(versions))) or 0

    def count_by_tagger(self, *, versions: TaggerVersions) -> dict[str, int]:
        """How many tracks have the values of each tagger in this version."""
        if not versions:
            return {}
        rows = self._session.execute(
            select(TaggerOutputRow.tagger, func.count())
            .where(is_of_versions(versions))
            .group_by(TaggerOutputRow.tagger)
        )
        counts = dict.fromkeys(versions, 0)
        counts.update((tagger, number) for tagger, number in rows)
        return counts

    def count_outdated(self, *, versions: TaggerVersions) -> dict[str, int]:
        """How many tracks have values of each tagger in other versions only."""
        if not versions:
            return {}
        now = aliased(TaggerOutputRow)
        is_of_now = exists().where(
            now.track_id == TaggerOutputRow.track_id,
            now.tagger == TaggerOutputRow.tagger,
            or_(*(and_(now.tagger == name, now.fingerprint == digits) for name, digits in versions.items())),
        )
        rows = self._session.execute(
            select(TaggerOutputRow.tagger, func.count(TaggerOutputRow.track_id.distinct()))
            .where(TaggerOutputRow.tagger.in_(versions), ~is_of_now)
            .group_by(TaggerOutputRow.tagger)
        )
        counts = dict.fromkeys(versions, 0)
        counts.update((tagger, number) for tagger, number in rows)
        return counts

    def measure_costs(self) -> dict[str, float]:
        """Seconds of one process a track, decoding included, by set of taggers (`join_names`), of the latest tracks."""
        latest = (
            select(
                JobItem.payload[TAGGED_WITH].as_string().label("taggers"),
                JobItem.payload[TAGGING_TOOK_S].as_float().label("took_s"),
            )
            .where(
                JobItem.stage == Stage.FEATURIZE,
                JobItem.state == ItemState.DONE,
                JobItem.payload.has_key(TAGGING_TOOK_S),
            )
            .order_by(JobItem.finished_at.desc())
            .limit(_RECENT)
        ).subquery()
        rows = self._session.execute(select(latest.c.taggers, func.avg(latest.c.took_s)).group_by(latest.c.taggers))
        return {taggers: float(took_s) for taggers, took_s in rows}


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


def is_not_music() -> ColumnElement[bool]:
    """Whether a row says that its track is no music."""
    return and_(
        TaggerOutputRow.content_kind.is_not(None),
        TaggerOutputRow.tagger == YAMNET.name,
        TaggerOutputRow.fingerprint == YAMNET.fingerprint,
    )


def is_overruled(track: Any, *, wanted: Any) -> ColumnElement[bool]:
    """Whether YAMNet's outputs for another track of the recording say before those for `track` whether it is music.

    Those for the track that is `wanted` come first, then those for the oldest.
    """
    other, outputs = aliased(Track), aliased(TaggerOutputRow)
    return (
        exists()
        .where(
            other.survivor_id == track.survivor_id,
            other.id != track.id,
            or_(other.id == wanted.id, and_(track.id != wanted.id, other.id < track.id)),
            outputs.track_id == other.id,
            outputs.tagger == YAMNET.name,
            outputs.fingerprint == YAMNET.fingerprint,
        )
        .correlate(track, wanted)
    )


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


def find_upload_kind(stored: JsonObject | None) -> ContentKind | None:
    """What is heard in a song that was sent in, of its `encode_outputs`; None where it is music, or nobody knows."""
    values = decode_outputs(stored, versions=list_versions([YAMNET]))
    return None if values is None else find_content_kind(values.tolist())


def _find_kind(tagger: str, fingerprint: str, values: Tensor) -> ContentKind | None:
    """Of the values as they are kept, so that nobody who reads them finds another kind."""
    if (tagger, fingerprint) != (YAMNET.name, YAMNET.fingerprint):
        return None
    return find_content_kind(decode_values(encode_values(values)).tolist())


def is_of_versions(versions: TaggerVersions) -> ColumnElement[bool]:
    """The condition on rows of outputs."""
    return or_(
        false(),
        *(
            and_(TaggerOutputRow.tagger == tagger, TaggerOutputRow.fingerprint == fingerprint)
            for tagger, fingerprint in versions.items()
        ),
    )


def _background_params(versions: TaggerVersions) -> JsonObject:
    return {BACKGROUND: True, TAGGERS: dict(versions)}


def _has_params(params: JsonObject) -> tuple[ColumnElement[bool], ...]:
    return Job.kind == JobKind.RECOMPUTE, cast(Job.params, JSONB).contains(params)


def _was_tried(versions: TaggerVersions) -> ColumnElement[bool]:
    return exists().where(
        JobItem.track_id == Track.id, Job.id == JobItem.job_id, *_has_params(_background_params(versions))
    )


def _is_lacking(versions: TaggerVersions) -> ColumnElement[bool]:
    lacks_any = or_(
        *(
            ~exists().where(
                TaggerOutputRow.track_id == Track.id,
                TaggerOutputRow.tagger == tagger,
                TaggerOutputRow.fingerprint == fingerprint,
            )
            for tagger, fingerprint in versions.items()
        )
    )
    is_ready = exists().where(FeatureSet.track_id == Track.id, FeatureSet.state == "ready")
    has_file = exists().where(
        TrackSource.track_id == Track.id, TrackSource.locator.is_not(None), TrackSource.state != FileState.MISSING
    )
    is_kept = exists().where(Upload.track_id == Track.id, Upload.audio_key.is_not(None))
    return and_(is_ready, ~Track.synthetic, lacks_any, or_(has_file, is_kept))
