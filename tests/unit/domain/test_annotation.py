from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind, derive_label

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
ADA, BEN = (Annotator(AnnotatorKind.PERSON, name) for name in ("ada", "ben"))
SLOW, FAST, LATE = (Annotator(AnnotatorKind.PLAYLIST, name) for name in ("slow", "fast", "late"))
TABLE, FOLDER = (Annotator(AnnotatorKind.IMPORT, name) for name in ("table", "folder"))


def heard(annotator: Annotator, emotion: str, *, day: int = 0, taxonomy: str = "mood4") -> Annotation:
    return Annotation(annotator=annotator, taxonomy=taxonomy, emotion=emotion, at=MONDAY + timedelta(days=day))


def emotion_of(*annotations: Annotation, taxonomy: str = "mood4") -> str | None:
    label = derive_label(annotations, taxonomy=taxonomy)
    return label.emotion if label else None


def test_nobodys_word_is_no_label() -> None:
    assert derive_label([], taxonomy="mood4") is None


def test_a_person_stands_over_any_number_of_later_playlists_and_tables() -> None:
    others = [heard(who, "happy", day=5) for who in (SLOW, FAST, LATE, TABLE, FOLDER)]
    label = derive_label([heard(ADA, "sad"), *others], taxonomy="mood4")
    assert label is not None
    assert (label.emotion, label.annotator, label.at) == ("sad", ADA, MONDAY)


def test_a_playlist_stands_over_later_tables() -> None:
    assert emotion_of(heard(SLOW, "calm"), heard(TABLE, "happy", day=1), heard(FOLDER, "happy", day=2)) == "calm"


def test_a_person_who_corrects_themselves_is_taken_at_their_latest_word() -> None:
    assert emotion_of(heard(ADA, "sad"), heard(ADA, "calm", day=1)) == "calm"
    assert emotion_of(heard(ADA, "calm", day=1), heard(ADA, "sad")) == "calm"


def test_between_people_the_latest_word_counts_and_not_the_majority() -> None:
    cara = Annotator(AnnotatorKind.PERSON, "cara")
    assert emotion_of(heard(ADA, "sad"), heard(BEN, "sad", day=1), heard(cara, "happy", day=2)) == "happy"


def test_between_playlists_the_majority_counts_whatever_came_last() -> None:
    assert emotion_of(heard(SLOW, "calm"), heard(FAST, "calm"), heard(LATE, "happy", day=3)) == "calm"


@pytest.mark.parametrize("pair", [(SLOW, FAST), (TABLE, FOLDER)])
def test_an_even_disagreement_gives_no_label(pair: tuple[Annotator, Annotator]) -> None:
    assert emotion_of(heard(pair[0], "calm"), heard(pair[1], "happy", day=1)) is None


def test_an_even_disagreement_of_playlists_is_not_decided_by_a_table() -> None:
    assert emotion_of(heard(SLOW, "calm"), heard(FAST, "happy"), heard(TABLE, "happy")) is None


def test_an_annotator_who_repeats_a_judgement_has_still_one_voice() -> None:
    repeated = [heard(SLOW, "calm", day=day) for day in range(5)]
    assert emotion_of(*repeated, heard(FAST, "happy"), heard(LATE, "happy")) == "happy"


def test_a_correction_takes_the_old_voice_back() -> None:
    assert emotion_of(heard(SLOW, "calm"), heard(FAST, "happy"), heard(SLOW, "happy", day=1)) == "happy"


def test_the_four_moods_are_heard_in_the_smaller_taxonomies_and_not_the_other_way() -> None:
    assert emotion_of(heard(ADA, "calm"), taxonomy="mood3") == "healing"
    assert emotion_of(heard(ADA, "healing", taxonomy="mood3"), taxonomy="mood4") is None


def test_a_word_that_says_nothing_in_a_taxonomy_takes_nothing_back_there() -> None:
    words = [heard(ADA, "sad"), heard(ADA, "Q2", day=1, taxonomy="quadrant4")]
    assert emotion_of(*words, taxonomy="mood4") == "sad"
    assert emotion_of(*words, taxonomy="quadrant4") == "Q2"


def test_a_persons_silence_in_a_taxonomy_leaves_it_to_the_table() -> None:
    words = [heard(ADA, "Q2", taxonomy="quadrant4"), heard(TABLE, "energetic")]
    assert emotion_of(*words, taxonomy="mood4") == "energetic"
