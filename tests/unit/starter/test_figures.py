"""Figures by genre, and of the reading."""

import numpy as np
import pytest

from services.starter import figures
from services.starter.mood_words import read_moods


def test_genres_with_few_clips_are_left_out_and_clips_count_in_each_of_theirs() -> None:
    genres = [("Jazz", "Blues"), ("Jazz",), ("Rap",), ("Blues",)]

    assert {name: rows.tolist() for name, rows in figures.list_genres(genres, least=2).items()} == {
        "Blues": [0, 3],
        "Jazz": [0, 1],
    }


def test_figures_of_a_genre_are_those_of_its_clips() -> None:
    y = np.array([0] * 15 + [2] * 15, dtype=np.intp)
    probabilities = np.eye(4)[[0] * 15 + [2] * 10 + [3] * 5]
    genres = [("Jazz",)] * 30

    found = figures.class_figures_by_genre(y, probabilities, [str(i // 3) for i in range(30)], genres)["Jazz"]

    assert found["n_clips"] == 30
    assert found["n_artists"] == 10
    assert found["accuracy"] == pytest.approx(25 / 30)
    # quadrants without ten clips have no figure of their own
    assert found["per_class_f1"] == pytest.approx({"Q1": 1.0, "Q3": 0.8})


def test_a_dimension_on_one_side_of_which_a_genre_has_no_clip_has_no_area() -> None:
    is_high = np.array([[True, True], [False, True]] * 10)
    probabilities = np.array([[0.9, 0.8], [0.2, 0.7]] * 10)

    found = figures.plane_figures_by_genre(
        is_high, probabilities, ["a"] * 20, [("Jazz",)] * 20, names=("valence", "arousal")
    )["Jazz"]

    assert found["roc_auc"] == {"valence": 1.0, "arousal": None}
    assert found["accuracy"] == 1.0


def test_unsure_answers_are_none_of_the_words() -> None:
    probabilities = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.4, 0.3, 0.2], [0.1, 0.1, 0.2, 0.6]])

    answers = figures.name_answers(probabilities, none_below=0.5)
    shares = figures.word_shares(probabilities, [()] * 3, none_below=0.5)["all"]["shares"]

    assert answers == ["calm", "none", "happy"]
    assert shares == pytest.approx({"calm": 1 / 3, "sad": 0, "energetic": 0, "happy": 1 / 3, "none": 1 / 3})


def test_the_limit_leaves_the_share_below_it_that_was_asked_for() -> None:
    probabilities = np.linspace(0.3, 0.7, 101)[:, np.newaxis] * np.array([[1.0, 0.5, 0.2, 0.1]])

    assert figures.choose_none_below(probabilities, share=0.1) == pytest.approx(0.34)


def test_counts_of_the_lists_add_up() -> None:
    reading = read_moods([("Happy",), ("Happy", "Sad"), ("Angry",), ("Aggressive",)])

    found = figures.describe_word_lists(reading, ["happy", "sad", "none", "energetic"])

    parts = (found["n_without_word"], found["n_several_words"], found["n_disagree"])
    assert parts == (1, 1, 1)
    assert sum(found["n_trained_on"].values()) == 1
    assert found["none_share"] == {"trained_on": 0.0, "without_word": 1.0}
