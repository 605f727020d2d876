"""What a track holds that is no music. Made-up outputs of YAMNet."""

from datetime import UTC, datetime
from math import sqrt

import pytest

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.domain.content_kind import LEAST_DISPERSION, ContentKind, find_content_kind, has_mood
from tests.support import tagger_values
from tests.support.tagger_values import EMBEDDING_MEAN, STEADY

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def yamnet_values(**said: float) -> list[float]:
    values: list[float] = tagger_values.yamnet_values(**said).tolist()
    return values


TABLE = Annotator(AnnotatorKind.IMPORT, "a table")


@pytest.mark.parametrize("share", [0.2, 0.25, 1.0])
def test_a_track_of_which_a_fifth_of_the_windows_or_more_hold_music_is_music(share: float) -> None:
    assert find_content_kind(yamnet_values(music_share=share, speech=0.99)) is None


@pytest.mark.parametrize(
    ("means", "kind"),
    [
        ({"speech": 0.9}, ContentKind.SPEECH),
        ({"speech": 0.5, "noise": 0.4}, ContentKind.SPEECH),
        ({"noise": 0.4, "speech": 0.05}, ContentKind.NOISE),
        ({"crowd": 0.6, "noise": 0.2}, ContentKind.APPLAUSE),
        ({"tone": 0.9}, ContentKind.OTHER),
        ({"noise": 0.09, "music": 0.2}, ContentKind.OTHER),
        ({}, ContentKind.OTHER),
    ],
)
def test_what_is_heard_most_where_there_is_no_music_is_the_kind(means: dict[str, float], kind: ContentKind) -> None:
    assert find_content_kind(yamnet_values(music_share=0.19, **means)) is kind


def test_a_sound_that_hardly_changes_is_no_music_whatever_it_is_taken_for() -> None:
    assert find_content_kind(yamnet_values(music_share=1.0, change=STEADY, music=0.9)) is ContentKind.OTHER
    enough = 1.01 * sqrt(LEAST_DISPERSION * EMBEDDING_MEAN)
    assert find_content_kind(yamnet_values(music_share=1.0, change=enough, music=0.9)) is None


@pytest.mark.parametrize(
    ("annotation", "gives_a_mood"),
    [
        (Annotation(annotator=TABLE, at=NOW, taxonomy="mood4", emotion="sad"), True),
        (Annotation(annotator=TABLE, at=NOW, taxonomy="a taxonomy of their own", emotion="loud"), True),
        (Annotation(annotator=TABLE, at=NOW, valence=-0.5, arousal=0.1), True),
        (Annotation(annotator=TABLE, at=NOW, tags=("podcast",)), False),
    ],
)
def test_an_emotion_or_a_point_on_the_plane_is_a_mood_and_tags_are_none(
    annotation: Annotation, gives_a_mood: bool
) -> None:
    assert has_mood([annotation]) is gives_a_mood
    assert not has_mood([])
