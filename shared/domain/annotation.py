"""Annotations of a track and their annotators. The module `labels` derives the label of a track from them.

Annotations are append-only. The prediction of a model is not an annotation.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.emotion import QUADRANT4, locate_quadrant, project_emotion


class AnnotatorKind(StrEnum):
    """Who annotated, strongest first."""

    PERSON = "person"
    PLAYLIST = "playlist"
    IMPORT = "import"


@dataclass(frozen=True)
class Annotator:
    """A person, a playlist, or an imported table or folder."""

    kind: AnnotatorKind
    name: str


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """An emotion in the words of a taxonomy, tags, valence and arousal, or several of them."""

    annotator: Annotator
    at: datetime
    taxonomy: str | None = None
    emotion: str | None = None
    tags: tuple[str, ...] = ()
    """Free words."""
    valence: float | None = None
    """In [-1, 1], as `arousal`."""
    arousal: float | None = None

    def emotion_in(self, taxonomy: str) -> str | None:
        """The emotion in the words of `taxonomy`, or None where the annotation says nothing there."""
        if self.emotion is not None and self.taxonomy is not None:
            return project_emotion(self.emotion, taxonomy=self.taxonomy, onto=taxonomy)
        if self.valence is not None and self.arousal is not None:
            quadrant = locate_quadrant(self.valence, self.arousal)
            return quadrant and project_emotion(quadrant, taxonomy=QUADRANT4.name, onto=taxonomy)
        return None
