"""From judgements to labels, with what each annotator's word weighs."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from shared.domain.annotation import Annotation, AnnotatorKind, Standing, contested, stand
from shared.domain.emotion import TAXONOMIES
from shared.store.annotations import Annotations


def stand_in(session: Session, judged: Mapping[UUID, list[Annotation]], *, taxonomy: str) -> dict[UUID, Standing]:
    """How the judgements of each track stand in a taxonomy; a track that nobody judged there is left out.

    Weights are read only where playlists differ, for otherwise they change nothing.
    """
    playlists = {
        annotation.annotator
        for annotations in judged.values()
        if contested(annotations, taxonomy=taxonomy)
        for annotation in annotations
        if annotation.annotator.kind is AnnotatorKind.PLAYLIST
    }
    weights = Annotations(session).weights(playlists, taxonomy=taxonomy)
    found = {
        track_id: stand(annotations, taxonomy=taxonomy, weights=weights) for track_id, annotations in judged.items()
    }
    return {track_id: standing for track_id, standing in found.items() if standing is not None}


def stand_in_all(session: Session, judged: Mapping[UUID, list[Annotation]]) -> dict[UUID, list[Standing]]:
    """How the judgements of each track stand in every taxonomy in which somebody judged it."""
    found: dict[UUID, list[Standing]] = {track_id: [] for track_id in judged}
    for taxonomy in TAXONOMIES:
        for track_id, standing in stand_in(session, judged, taxonomy=taxonomy).items():
            found[track_id].append(standing)
    return found
