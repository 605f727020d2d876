"""Which tracks are decided to be one of some emotions, as one condition: for counts of a list, and for every row of it.

Pages of a list need no such condition: `TrackDecisionRepository.list_page` decides on the rows that it reads.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, cast, exists, false, or_, select

from shared.store.base_repository import BaseRepository
from shared.store.tables import Prediction, Track
from shared.store.tracks.decisions import TrackDecisionRepository, TrackDecisions
from shared.store.tracks.library_counts import select_others

_PAGE = 1000
"""Tracks that are decided one by one, at once."""


class DecidedEmotions(BaseRepository):
    """All SQL on conditions of decided emotions."""

    def find_condition(self, decisions: Iterable[TrackDecisions], emotions: Sequence[str]) -> ColumnElement[bool]:
        """A condition that surviving tracks of these libraries meet, which are decided to be one of `emotions`.

        Where the model alone decides it asks for its answer. All other tracks are decided here, and named by their ids;
        with a person's own view those are all that may be meant.
        """
        return or_(false(), *(self._find_in_library(of_library, emotions) for of_library in decisions))

    def _find_in_library(self, decisions: TrackDecisions, emotions: Sequence[str]) -> ColumnElement[bool]:
        model, is_personal = decisions.answering.model, decisions.answering.personal is not None
        others = select_others(decisions)
        candidates = select(Track.id).where(Track.merged_into.is_(None), decisions.may_be(emotions))
        if not is_personal:
            candidates = candidates.where(Track.id.in_(others))
        decided = self._decide(decisions, self._session.scalars(candidates).all(), emotions)
        is_named = Track.id == any_(cast(decided, ARRAY(Uuid)))
        if model is None or is_personal:
            return is_named
        is_answered = exists().where(
            Prediction.track_id == Track.id, Prediction.model_id == model.id, Prediction.emotion.in_(emotions)
        )
        by_model = and_(Track.synthetic == decisions.synthetic, is_answered.correlate(Track), Track.id.not_in(others))
        return or_(is_named, by_model)

    def _decide(self, decisions: TrackDecisions, track_ids: Sequence[UUID], emotions: Sequence[str]) -> list[UUID]:
        repository = TrackDecisionRepository(self._session)
        decided: list[UUID] = []
        for start in range(0, len(track_ids), _PAGE):
            page = repository.list_by_track(decisions, track_ids[start : start + _PAGE])
            decided += [track_id for track_id, of_track in page.items() if of_track.decision.answer in emotions]
        return decided
