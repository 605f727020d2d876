from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.domain.labels import (
    NO_WEIGHTS,
    ConsensusAnswer,
    DecidedBy,
    EmotionDecision,
    decide_answer,
    decide_emotion,
    depends_on_weights,
    resolve_consensus,
    resolve_label,
)

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
ADA, BEN = (Annotator(AnnotatorKind.PERSON, name) for name in ("ada", "ben"))
SLOW, FAST, LATE = (Annotator(AnnotatorKind.PLAYLIST, name) for name in ("slow", "fast", "late"))
TABLE, FOLDER = (Annotator(AnnotatorKind.IMPORT, name) for name in ("table", "folder"))


def heard(annotator: Annotator, emotion: str, *, day: int = 0, taxonomy: str = "mood4") -> Annotation:
    return Annotation(annotator=annotator, taxonomy=taxonomy, emotion=emotion, at=MONDAY + timedelta(days=day))


def emotion_of(*annotations: Annotation, taxonomy: str = "mood4") -> str | None:
    label = resolve_label(annotations, taxonomy=taxonomy, weights=NO_WEIGHTS)
    return label.emotion if label else None


def test_nobodys_word_is_no_label() -> None:
    assert resolve_label([], taxonomy="mood4", weights=NO_WEIGHTS) is None


def test_a_person_stands_over_any_number_of_later_playlists_and_tables() -> None:
    others = [heard(who, "happy", day=5) for who in (SLOW, FAST, LATE, TABLE, FOLDER)]
    label = resolve_label([heard(ADA, "sad"), *others], taxonomy="mood4", weights=NO_WEIGHTS)
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


def test_playlists_weigh_by_their_agreement_and_imports_do_not() -> None:
    weights = {SLOW: 0.9, FAST: 0.3, LATE: 0.3, TABLE: 0.9, FOLDER: 0.1}
    label = resolve_label(
        [heard(SLOW, "calm"), heard(FAST, "sad"), heard(LATE, "sad")], taxonomy="mood4", weights=weights
    )
    assert label is not None
    assert label.emotion == "calm"
    assert label.shares == pytest.approx({"calm": 0.6, "sad": 0.4})
    assert label.n_votes == 3
    assert resolve_label([heard(TABLE, "calm"), heard(FOLDER, "sad")], taxonomy="mood4", weights=weights) is None


def test_equal_sums_of_weights_are_an_even_disagreement_in_any_order() -> None:
    weights = {SLOW: 0.1, FAST: 0.2, LATE: 0.3}
    words = [heard(SLOW, "calm"), heard(FAST, "calm"), heard(LATE, "sad")]
    assert resolve_label(words, taxonomy="mood4", weights=weights) is None
    assert depends_on_weights(words, taxonomy="mood4")


def test_an_even_disagreement_stands_with_its_shares() -> None:
    consensus = resolve_consensus([heard(TABLE, "calm"), heard(FOLDER, "happy")], taxonomy="mood4", weights=NO_WEIGHTS)
    assert consensus is not None
    assert consensus.label is None
    assert (consensus.kind, consensus.n_votes, consensus.shares) == (
        AnnotatorKind.IMPORT,
        2,
        {"calm": 0.5, "happy": 0.5},
    )


def test_people_who_differ_are_a_soft_label_beside_the_latest_word() -> None:
    label = resolve_label(
        [heard(ADA, "sad"), heard(BEN, "calm", day=1), heard(TABLE, "happy")], taxonomy="mood4", weights=NO_WEIGHTS
    )
    assert label is not None
    assert (label.emotion, label.n_votes, label.shares) == ("calm", 2, {"sad": 0.5, "calm": 0.5})


def test_tags_are_no_label_and_take_none_back() -> None:
    tags = Annotation(annotator=ADA, at=MONDAY + timedelta(days=1), tags=("rainy",))
    assert resolve_label([tags], taxonomy="mood4", weights=NO_WEIGHTS) is None
    assert emotion_of(heard(ADA, "sad"), tags) == "sad"


@pytest.mark.parametrize(
    ("valence", "arousal", "quadrant"),
    [(0.5, 0.5, "Q1"), (-0.5, 0.5, "Q2"), (-0.5, -0.5, "Q3"), (0.5, -0.5, "Q4"), (0.0, 0.5, None), (0.5, None, None)],
)
def test_a_place_on_the_plane_is_heard_as_its_quadrant_only(
    valence: float, arousal: float | None, quadrant: str | None
) -> None:
    there = Annotation(annotator=ADA, at=MONDAY, valence=valence, arousal=arousal)
    assert emotion_of(there, taxonomy="quadrant4") == quadrant
    assert emotion_of(there, taxonomy="mood4") is None


IMPORTED = ConsensusAnswer("calm", AnnotatorKind.IMPORT)


@pytest.mark.parametrize(
    ("person", "prediction", "others", "expected"),
    [
        ("sad", "happy", IMPORTED, ("sad", "person")),
        ("sad", None, None, ("sad", "person")),
        (None, "happy", IMPORTED, ("happy", "model")),
        (None, None, IMPORTED, ("calm", "import")),
        (None, None, ConsensusAnswer("calm", AnnotatorKind.PLAYLIST), ("calm", "playlist")),
        (None, None, None, (None, None)),
    ],
)
def test_a_person_decides_before_the_champion_and_the_champion_before_all_others(
    person: str | None, prediction: str | None, others: Any, expected: tuple[Any, ...]
) -> None:
    decision = decide_answer(person, prediction, others)
    assert (decision.answer, decision.decided_by) == expected


def test_a_champion_decides_where_other_annotators_do_and_where_they_contradict_each_other() -> None:
    def decided(*annotations: Annotation, prediction: str | None) -> EmotionDecision[str]:
        consensus = resolve_consensus(annotations, taxonomy="mood4", weights=NO_WEIGHTS)
        return decide_emotion(consensus, prediction)

    table, other = heard(TABLE, "calm"), heard(FOLDER, "sad")
    assert decided(table, prediction="happy") == EmotionDecision("happy", DecidedBy.MODEL)
    assert decided(table, prediction=None) == EmotionDecision("calm", DecidedBy.IMPORT)
    assert decided(table, heard(ADA, "sad"), prediction="happy") == EmotionDecision("sad", DecidedBy.PERSON)
    assert decided(table, other, prediction=None) == EmotionDecision(None, None)
    assert decided(table, other, prediction="happy") == EmotionDecision("happy", DecidedBy.MODEL)
