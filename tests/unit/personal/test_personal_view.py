"""Whose labels stand in one person's view, and what it answers."""

from datetime import UTC, datetime

import pytest

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.store.tracks.personal_view import PersonalView


def test_only_labels_of_the_person_stand_not_those_of_a_playlist_called_so() -> None:
    said = [
        Annotation(annotator=Annotator(kind, name), at=datetime.now(UTC), taxonomy="mood4", emotion="sad")
        for kind, name in (
            (AnnotatorKind.PERSON, "ada"),
            (AnnotatorKind.PLAYLIST, "ada"),
            (AnnotatorKind.PERSON, "bob"),
        )
    ]
    view = PersonalView(name="ada", n_labels=1, is_current=True)
    assert view.keep_own(said) == said[:1]


@pytest.mark.parametrize(("none_below", "emotion"), [(None, "sad"), (0.6, "sad"), (0.7, None)])
def test_none_of_the_emotions_is_answered_as_by_the_model(none_below: float | None, emotion: str | None) -> None:
    view = PersonalView(name="ada", n_labels=0, is_current=True, none_below=none_below)
    assert view.find_emotion([0.4, 0.6], ["calm", "sad"]) == emotion
