"""The nearest tracks of a library that a request may show: exact, also where a file of vectors names the candidates.

A file is some seconds old and its distances are rounded, so it says only which tracks are asked about: the conditions
and the distances are those of the database. A candidate counts where it is nearer than any track that was not asked
about may be.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.api.similar.query_vectors import QueryVector
from shared.similarity.vector_file import ROUNDING, VectorSection
from shared.store.repositories import Repositories
from shared.store.similarity.neighbours import NearTrack, NeighbourRepository
from shared.store.tables import Model, ProjectionRow
from shared.store.tracks.decisions import TrackDecision, TrackDecisions
from shared.store.tracks.missing_tracks import MissingWanted

_GROWTH = 8
"""How much more is fetched where artists or the filter leave too few; and how much for each track at first, where
PostgreSQL goes through all tracks anyway.
"""
_MAPPED_PER_TRACK = 5
_MAPPED_PER_TRACK_OF_EMOTION = 12
"""Candidates of a file for each track wanted: of an emotion one of about four is."""


def open_neighbours(repositories: Repositories, owner: Model | ProjectionRow) -> NeighbourRepository:
    """The tracks with vectors of a network, or under a projection."""
    if isinstance(owner, Model):
        return repositories.neighbours(model_id=owner.id)
    return repositories.neighbours(standard_id=owner.id)


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """The nearest tracks, without a gap."""

    tracks: list[NearTrack]
    are_all: bool
    """Whether there are no others."""


class CandidateSearch:
    """Selects from the tracks nearest to a point. For one answer, in one transaction."""

    def __init__(
        self,
        repositories: Repositories,
        query: QueryVector,
        *,
        decisions: TrackDecisions,
        emotion: str | None,
        missing: MissingWanted,
        excluded_ids: set[UUID],
        section: VectorSection | None,
    ) -> None:
        self._repositories = repositories
        self._query = query
        self._decisions = decisions
        self._emotion = emotion
        self._missing = missing
        self._excluded_ids = excluded_ids
        self._section = None if missing is MissingWanted.ONLY else section
        self._neighbours = open_neighbours(repositories, query.by)

    def select_tracks(
        self, limit: int, *, per_artist: int, excluded_artists: Collection[str]
    ) -> tuple[list[NearTrack], dict[UUID, TrackDecision]]:
        """The nearest `limit` tracks of the emotion wanted, `per_artist` of one artist at most, and their decisions."""
        scale = 1
        while True:
            candidates = self._list_candidates(limit, scale=scale)
            decided = {} if self._emotion is None else self._decide(candidates.tracks)
            of_emotion = [near for near in candidates.tracks if self._is_of_emotion(near, decided)]
            selected = limit_per_artist(of_emotion, per_artist=per_artist, excluded_artists=excluded_artists)[:limit]
            if len(selected) == limit or candidates.are_all:
                return selected, decided or self._decide(selected)
            scale *= _GROWTH

    def _decide(self, tracks: Sequence[NearTrack]) -> dict[UUID, TrackDecision]:
        track_ids = [near.track_id for near in tracks]
        return self._repositories.decisions.list_by_track(self._decisions, track_ids, are_music=True)

    def _is_of_emotion(self, near: NearTrack, decided: dict[UUID, TrackDecision]) -> bool:
        return self._emotion is None or decided[near.track_id].decision.answer == self._emotion

    def _list_candidates(self, limit: int, *, scale: int) -> Candidates:
        if self._section is None:
            return self._list_of_all(max(50, _GROWTH * limit) * scale)
        per_track = _MAPPED_PER_TRACK if self._emotion is None else _MAPPED_PER_TRACK_OF_EMOTION
        return self._list_mapped(
            self._section, per_track * max(limit, 10) * scale + len(self._excluded_ids), limit=2 * limit * scale
        )

    def _list_of_all(self, n: int) -> Candidates:
        rule = None if self._emotion is None else self._decisions.may_be([self._emotion])
        tracks = self._neighbours.list_nearest(
            self._query.vector,
            synthetic=self._decisions.synthetic,
            limit=n,
            but=self._excluded_ids,
            rule=rule,
            missing=self._missing,
        )
        return Candidates(tracks=tracks, are_all=len(tracks) < n)

    def _list_mapped(self, section: VectorSection, n: int, *, limit: int) -> Candidates:
        nearest = section.list_nearest(self._query.vector, n=n)
        among = [track_id for track_id in nearest.track_ids if track_id not in self._excluded_ids]
        rule = None if self._emotion is None else self._decisions.may_be([self._emotion], among=among)
        tracks = self._neighbours.list_nearest_among(
            self._query.vector,
            among,
            synthetic=self._decisions.synthetic,
            limit=limit,
            rule=rule,
            missing=self._missing,
        )
        certain = 1 - nearest.farthest - ROUNDING
        return Candidates(
            tracks=[near for near in tracks if near.distance < certain],
            are_all=n >= section.n_tracks and len(tracks) < limit,
        )


def limit_per_artist(
    candidates: Iterable[NearTrack], *, per_artist: int, excluded_artists: Collection[str] = ()
) -> list[NearTrack]:
    """In their order, without those of an artist after its first `per_artist`, and without `excluded_artists`."""
    n_by_artist = dict.fromkeys(excluded_artists, per_artist)
    selected = []
    for candidate in candidates:
        n_by_artist[candidate.artist_group] = n_by_artist.get(candidate.artist_group, 0) + 1
        if n_by_artist[candidate.artist_group] <= per_artist:
            selected.append(candidate)
    return selected
