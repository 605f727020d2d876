"""Which tracks are music: the condition of every list of tracks that asks (`domain.content_kind`)."""

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import aliased

from shared.store.features.tagger_outputs import is_not_music, is_overruled
from shared.store.tables import AnnotationRow, TaggerOutputRow, Track
from shared.store.tracks.standing_annotations import is_standing


def is_music() -> ColumnElement[bool]:
    """Nothing says that the recording of a surviving track is no music (`list_content_kinds`), or somebody gives it a
    mood.
    """
    tagged, annotated = aliased(Track), aliased(Track)
    may_be_refused = (
        # few tracks are: looked at first, it saves most others the search for who overrules whom
        exists()
        .where(tagged.survivor_id == Track.survivor_id, TaggerOutputRow.track_id == tagged.id, is_not_music())
        .correlate(Track)
    )
    is_refused = (
        exists()
        .where(
            tagged.survivor_id == Track.survivor_id,
            TaggerOutputRow.track_id == tagged.id,
            is_not_music(),
            ~is_overruled(tagged, wanted=Track),
        )
        .correlate(Track)
    )
    has_mood = (
        exists()
        .where(
            annotated.survivor_id == Track.survivor_id,
            AnnotationRow.track_id == annotated.id,
            or_(AnnotationRow.emotion.is_not(None), AnnotationRow.valence.is_not(None)),
            is_standing(),
        )
        .correlate(Track)
    )
    return or_(~may_be_refused, ~is_refused, has_mood)
