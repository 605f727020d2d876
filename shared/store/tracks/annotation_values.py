"""Annotations as JSON arrays, for statements that gather several kinds of rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.store.tables import AnnotationRow, AnnotatorRow

ANNOTATION_COLUMNS = (
    AnnotatorRow.kind,
    AnnotatorRow.name,
    AnnotationRow.taxonomy,
    AnnotationRow.emotion,
    AnnotationRow.tags,
    AnnotationRow.valence,
    AnnotationRow.arousal,
    AnnotationRow.at,
)
"""What `annotation_from_values` reads, in its order."""


def annotation_from_values(values: Sequence[Any]) -> Annotation:
    """The annotation of the JSON values of a row that is no withdrawal."""
    kind, name, taxonomy, emotion, tags, valence, arousal, at = values
    return Annotation(
        annotator=Annotator(AnnotatorKind(kind), name),
        taxonomy=taxonomy,
        emotion=emotion,
        tags=tuple(tags or ()),
        valence=valence,
        arousal=arousal,
        at=datetime.fromisoformat(at),
    )
