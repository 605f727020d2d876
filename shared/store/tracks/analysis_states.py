"""How far the analysis of a recording is, as a condition on surviving tracks: what `LibraryCounts` counts."""

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased

from shared.store.tables import FeatureSet, Track
from shared.store.tracks.missing_tracks import has_audio


class AnalysisState(StrEnum):
    """Of a recording of several tracks the best state counts."""

    ANALYSED = "analysed"
    FAILED = "failed"
    STALE = "stale"
    """Analysed under another spec only."""
    PENDING = "pending"
    """With audio, and never analysed."""
    WITHOUT_AUDIO = "without_audio"


def is_in_state(state: AnalysisState, *, spec: str) -> ColumnElement[bool]:
    """Whether the analysis of a surviving track under `spec` is in this state."""
    is_ready, of_spec = FeatureSet.state == "ready", FeatureSet.spec == spec
    is_analysed, is_failed = _has_features(is_ready & of_spec), _has_features(~is_ready & of_spec)
    is_stale = _has_features(is_ready & ~of_spec)
    if state is AnalysisState.ANALYSED:
        return is_analysed
    if state is AnalysisState.FAILED:
        return and_(is_failed, ~is_analysed)
    if state is AnalysisState.STALE:
        return and_(is_stale, ~is_analysed, ~is_failed)
    member = aliased(Track)
    has_sound = exists().where(member.survivor_id == Track.id, has_audio(member.id)).correlate(Track)
    is_untouched = and_(~is_analysed, ~is_failed, ~is_stale)
    return and_(is_untouched, has_sound if state is AnalysisState.PENDING else ~has_sound)


def _has_features(rule: ColumnElement[bool]) -> ColumnElement[bool]:
    member = aliased(Track)
    return exists().where(member.survivor_id == Track.id, FeatureSet.track_id == member.id, rule).correlate(Track)
