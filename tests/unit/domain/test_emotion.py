import pytest

from shared.domain.emotion import BINARY_CODES, MULTICLASS_CODES, TAXONOMIES, project


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
    assert project(emotion, taxonomy="mood4", onto="mood3") == mood3
    assert project(emotion, taxonomy="mood4", onto="binary") == binary


@pytest.mark.parametrize("name", TAXONOMIES)
def test_an_emotion_stays_itself_in_its_own_taxonomy(name: str) -> None:
    for emotion in TAXONOMIES[name].emotions:
        assert project(emotion, taxonomy=name, onto=name) == emotion


@pytest.mark.parametrize("name", ["mood3", "binary", "quadrant4"])
@pytest.mark.parametrize("onto", ["mood4", "mood3", "binary", "quadrant4"])
def test_what_says_less_than_four_moods_is_never_stretched_into_another_taxonomy(name: str, onto: str) -> None:
    if name != onto:
        assert {project(emotion, taxonomy=name, onto=onto) for emotion in TAXONOMIES[name].emotions} == {None}


def test_four_moods_say_nothing_of_quadrants() -> None:
    assert {project(e, taxonomy="mood4", onto="quadrant4") for e in TAXONOMIES["mood4"].emotions} == {None}


def test_projections_and_codes_speak_only_words_of_their_taxonomies() -> None:
    for onto in ("mood3", "binary"):
        said = {project(emotion, taxonomy="mood4", onto=onto) for emotion in TAXONOMIES["mood4"].emotions}
        assert said == set(TAXONOMIES[onto].emotions)
    assert set(MULTICLASS_CODES.values()) == set(TAXONOMIES["mood4"].emotions)
    assert set(BINARY_CODES.values()) == set(TAXONOMIES["binary"].emotions)


@pytest.mark.parametrize("name", TAXONOMIES)
def test_a_taxonomy_knows_the_place_of_its_emotions_and_refuses_others(name: str) -> None:
    taxonomy = TAXONOMIES[name]
    assert taxonomy.name == name
    assert [taxonomy.index(emotion) for emotion in taxonomy.emotions] == list(range(len(taxonomy.emotions)))
    assert len(set(taxonomy.emotions)) == len(taxonomy.emotions)
    with pytest.raises(ValueError):
        taxonomy.index("melancholy")
