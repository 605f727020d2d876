"""One person's view of a library: only their own labels, and the model's predictions as their labels change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.domain.prediction import is_none_of_classes
from shared.personal.personal_logits import PersonalHead
from shared.store.tables import PersonalHeadRow


@dataclass(frozen=True, kw_only=True)
class PersonalView:
    """Whose answers are asked for."""

    name: str
    """Of the person."""
    n_labels: int
    """Of the person in the taxonomy that is answered."""
    is_current: bool
    """Whether the head, or the shared model in its place, is that of all of these labels."""
    row: PersonalHeadRow | None = None
    """Of the model that answers; None: no head was fitted, so the shared model answers."""
    none_below: float | None = None
    """From which probability on the model answers one of its emotions; None: always."""

    @property
    def head(self) -> PersonalHead | None:
        """What changes predictions; None where the shared model answers."""
        if self.row is None or self.row.strength is None:
            return None
        return PersonalHead.from_parameters(self.row.parameters, strength=self.row.strength)

    @property
    def fitted_at(self) -> datetime | None:
        """When the head was fitted."""
        return self.row.fitted_at if self.row else None

    def keep_own(self, annotations: Sequence[Annotation]) -> list[Annotation]:
        """Those of the person."""
        own = Annotator(AnnotatorKind.PERSON, self.name)
        return [annotation for annotation in annotations if annotation.annotator == own]

    def keep_own_by_track(self, by_track: Mapping[UUID, Sequence[Annotation]]) -> dict[UUID, list[Annotation]]:
        """`keep_own` of each track."""
        return {track_id: self.keep_own(annotations) for track_id, annotations in by_track.items()}

    def find_emotion(self, probabilities: Sequence[float], classes: Sequence[str]) -> str | None:
        """The likeliest class; None where the model says that it is none of them."""
        likeliest = int(np.argmax(probabilities))
        return None if is_none_of_classes(probabilities[likeliest], self.none_below) else classes[likeliest]
