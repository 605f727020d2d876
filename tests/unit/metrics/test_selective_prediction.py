import numpy as np

from shared.metrics.selective_prediction import find_sure_rows, is_sure, read_limits

WORDS = ("calm", "sad")
KEPT = {"calm": 0.8, "sad": None}


def test_an_answer_is_sure_from_the_threshold_of_its_word_on() -> None:
    assert is_sure([0.8, 0.2], WORDS, KEPT)
    assert not is_sure([0.79, 0.21], WORDS, KEPT)


def test_a_word_without_a_threshold_is_never_sure() -> None:
    assert not is_sure([0.0, 1.0], WORDS, KEPT)
    assert not is_sure([0.0, 1.0], WORDS, {})


def test_rows_may_have_thresholds_of_their_own() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1]])
    assert find_sure_rows(probabilities, np.array([[0.9, 1.0], [0.91, 1.0]])).tolist() == [True, False]
    assert read_limits(WORDS, KEPT).tolist() == [0.8, np.inf]
