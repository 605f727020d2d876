"""The two lists of mood words."""

import pytest

from services.starter.mood_words import LISTS, NO_WORD, SEVERAL, cohen_kappa, name_word, read_moods, read_word_list
from shared.domain.emotion import MOOD4

WORDS = {"Cheerful": "happy", "Fun": "happy", "Sad": "sad"}


@pytest.mark.parametrize(
    ("tags", "named"),
    [
        (("Cheerful",), "happy"),
        (("Cheerful", "Fun", "Angry"), "happy"),
        (("Cheerful", "Sad"), SEVERAL),
        (("Angry", "Harsh"), NO_WORD),
        ((), NO_WORD),
    ],
)
def test_tags_name_a_word_where_they_name_no_other(tags: tuple[str, ...], named: str) -> None:
    assert name_word(tags, WORDS) == named


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_each_of_the_four_words(name: str) -> None:
    assert set(read_word_list(name).values()) == set(MOOD4.emotions)


def test_angry_music_without_an_energetic_word_is_left_out() -> None:
    assert read_moods([("Angry", "Hostile", "Harsh")]).plain == (None,)


def test_clips_on_which_the_lists_agree_are_plain() -> None:
    reading = read_moods([("Happy",), ("Sad", "Happy"), ("Aggressive",), ("Calm/Peaceful", "Gentle"), ("Greasy",)])

    assert reading.plain == ("happy", None, None, "calm", None)
    assert reading.several == (False, True, False, False, False)
    assert reading.without_word == (False, False, False, False, True)
    assert reading.judged_by_both == [("happy", "happy"), ("calm", "calm")]


def test_kappa_is_agreement_above_chance() -> None:
    # Cohen (1960): 20 and 15 of 50 agreed, 25 and 30 said yes: (.7 - .5) / .5
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15

    assert cohen_kappa(pairs) == pytest.approx(0.4)


def test_kappa_of_words_that_are_all_the_same_is_one() -> None:
    assert cohen_kappa([("sad", "sad")] * 3) == 1
