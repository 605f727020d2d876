import pytest

from shared.domain.emotion import (
    BINARY_CODES,
    MOOD4,
    MULTICLASS_CODES,
    QUADRANT4,
    TAXONOMIES,
    find_emotion,
    get_taxonomy,
    merge_taxonomy,
    name_emotion,
    project_emotion,
)


@pytest.mark.parametrize(
    ("emotion", "mood3", "binary"),
    [
        ("calm", "healing", "negative"),
        ("sad", "sad", "negative"),
        ("energetic", "joyful", "positive"),
        ("happy", "joyful", "positive"),
    ],
)
def test_each_of_the_four_moods_is_read_in_the_smaller_taxonomies(emotion: str, mood3: str, binary: str) -> None:
    assert project_emotion(emotion, taxonomy="mood4", onto="mood3") == mood3
    assert project_emotion(emotion, taxonomy="mood4", onto="binary") == binary


@pytest.mark.parametrize("name", TAXONOMIES)
def test_an_emotion_stays_itself_in_its_own_taxonomy(name: str) -> None:
    for emotion in TAXONOMIES[name].emotions:
        assert project_emotion(emotion, taxonomy=name, onto=name) == emotion


@pytest.mark.parametrize("name", ["mood3", "binary", "quadrant4"])
@pytest.mark.parametrize("onto", ["mood4", "mood3", "binary", "quadrant4"])
def test_what_says_less_than_four_moods_is_never_stretched_into_another_taxonomy(name: str, onto: str) -> None:
    if name != onto:
        assert {project_emotion(emotion, taxonomy=name, onto=onto) for emotion in TAXONOMIES[name].emotions} == {None}


def test_four_moods_say_nothing_of_quadrants() -> None:
    assert {project_emotion(e, taxonomy="mood4", onto="quadrant4") for e in TAXONOMIES["mood4"].emotions} == {None}


def test_projections_and_codes_speak_only_words_of_their_taxonomies() -> None:
    for onto in ("mood3", "binary"):
        said = {project_emotion(emotion, taxonomy="mood4", onto=onto) for emotion in TAXONOMIES["mood4"].emotions}
        assert said == set(TAXONOMIES[onto].emotions)
    assert set(MULTICLASS_CODES.values()) == set(TAXONOMIES["mood4"].emotions)
    assert set(BINARY_CODES.values()) == set(TAXONOMIES["binary"].emotions)


@pytest.mark.parametrize("name", TAXONOMIES)
def test_a_taxonomy_knows_the_place_of_its_emotions_and_refuses_others(name: str) -> None:
    taxonomy = TAXONOMIES[name]
    assert taxonomy.name == name
    assert [taxonomy.emotion_index(emotion) for emotion in taxonomy.emotions] == list(range(len(taxonomy.emotions)))
    assert len(set(taxonomy.emotions)) == len(taxonomy.emotions)
    with pytest.raises(ValueError):
        taxonomy.emotion_index("melancholy")


CUSTOM = merge_taxonomy(MOOD4, {"quiet": ["sad", "calm"], "loud": ["energetic"]})


def test_the_name_of_a_custom_taxonomy_is_all_that_is_needed_to_read_it() -> None:
    assert CUSTOM.name == "mood4.loud-energetic.quiet-calm-sad"
    assert get_taxonomy(CUSTOM.name) == CUSTOM
    heard = [project_emotion(emotion, taxonomy="mood4", onto=CUSTOM.name) for emotion in MOOD4.emotions]
    assert heard == ["quiet", "quiet", "loud", None]


def test_a_merge_of_moods_that_are_themselves_a_reading_is_read_through_them() -> None:
    two = merge_taxonomy(TAXONOMIES["mood3"], {"still": ["sad", "healing"], "lively": ["joyful"]})
    assert project_emotion("calm", taxonomy="mood4", onto=two.name) == "still"
    assert project_emotion("joyful", taxonomy="mood3", onto=two.name) == "lively"
    assert project_emotion("Q1", taxonomy="quadrant4", onto=two.name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "mood5",
        "mood4.",
        "mood4..",
        "mood4.loud",
        "mood4.loud-energetic",
        "mood4.loud-energetic.quiet",
        "mood4.quiet-calm.loud-energetic",
        "mood4.loud-energetic.quiet-sad-calm",
        "mood5.a-calm.b-sad",
        "mood4.a-b.c-d",
        "mood4-0123abcd",
    ],
)
def test_a_name_that_no_merge_has_is_no_taxonomy(name: str) -> None:
    with pytest.raises(ValueError, match=r"taxonomy|merge"):
        get_taxonomy(name)


def test_a_quadrant_has_a_word_and_every_other_emotion_is_its_own() -> None:
    assert [name_emotion("quadrant4", quadrant) for quadrant in QUADRANT4.emotions] == ["happy", "tense", "sad", "calm"]
    for taxonomy in TAXONOMIES.values():
        if taxonomy is not QUADRANT4:
            assert tuple(name_emotion(taxonomy.name, emotion) for emotion in taxonomy.emotions) == taxonomy.emotions
    assert name_emotion("quadrant4.quiet-Q3-Q4.loud-Q1-Q2", "quiet") == "quiet"
    assert name_emotion("quadrant4", None) is None


def test_a_quadrant_is_found_by_itself_and_by_its_word_in_any_case() -> None:
    for quadrant in QUADRANT4.emotions:
        word = name_emotion("quadrant4", quadrant)
        assert [find_emotion(QUADRANT4, said) for said in (quadrant, word, word.upper())] == [quadrant] * 3
    assert [find_emotion(QUADRANT4, said) for said in ("energetic", "q1", "")] == [None] * 3
    assert [find_emotion(MOOD4, said) for said in ("happy", "Happy", "tense", "Q1")] == ["happy", None, None, None]
