"""What a source says of a track: labels, free words, catalogue values and names, kept with the track that it means."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotator
from shared.domain.track import CollectedTrack
from shared.domain.track_names import NameValues
from shared.store.tables import TrackSource
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.names import TrackNaming
from shared.store.tracks.repository import TrackRepository


def words_of(collected: CollectedTrack | None) -> tuple[Annotator, str | None] | None:
    """Who says something of what was collected, and in which taxonomy; None where nobody does."""
    if collected is None or (collected.label is None and not collected.tags and collected.valence_arousal is None):
        return None
    annotator = Annotator(collected.annotator_kind, collected.annotator_name or "import")
    return annotator, collected.label.taxonomy if collected.label else None


def save_source_annotation(session: Session, track_id: UUID, collected: CollectedTrack) -> bool:
    """Keep the label, valence and arousal, and the tags of a track's annotator. True if any of them is new."""
    if collected.label is None and not collected.tags and collected.valence_arousal is None:
        return False
    valence, arousal = collected.valence_arousal or (None, None)
    return AnnotationRepository(session).append_annotation(
        track_id,
        Annotator(collected.annotator_kind, collected.annotator_name or "import"),
        taxonomy=collected.label.taxonomy if collected.label else None,
        emotion=collected.label.emotion if collected.label else None,
        tags=tuple(dict.fromkeys(collected.tags)),
        valence=valence,
        arousal=arousal,
    )


def save_statements(session: Session, track_id: UUID, collected: CollectedTrack) -> NameValues:
    """Keep all that was collected with a file, once it is known which track the file is; names that are taken back.

    Its other refs are the track's, where they are not another's already: nothing is merged by that.
    """
    rows = [
        {
            "track_id": track_id,
            "source": ref.source,
            "source_id": ref.source_id,
            "licence": collected.licence,
            "attribution": collected.attribution,
        }
        for ref in collected.refs
        if ref.source != "folder"
    ]
    if rows:
        query = insert(TrackSource).values(rows)
        session.execute(query.on_conflict_do_nothing(index_elements=["source", "source_id"]))
    forgotten = TrackNaming(session).give(track_id, collected)
    save_source_annotation(session, track_id, collected)
    if collected.catalogue:
        TrackRepository(session).save_catalogue(track_id, collected.catalogue, origin=collected.catalogue_origin)
    return forgotten
