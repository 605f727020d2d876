"""What the outputs of a model mean, by the kind of its head."""

import numpy as np

from shared.domain.head import VALENCE_AROUSAL
from shared.inference.decoding import ON_AN_AXIS, chosen_tags, decode_predictions, read_none_below


def test_a_tag_is_chosen_from_its_own_threshold_on_the_likeliest_first() -> None:
    thresholds = {"calm": 0.5, "dark": 0.6, "fast": 0.9}
    assert chosen_tags({"thresholds": thresholds}, ("calm", "dark", "fast"), (0.5, 0.7, 0.8)) == ["dark", "calm"]


def test_classes_are_read_as_the_likeliest_and_numbers_as_their_quadrant() -> None:
    words, answers = decode_predictions("mood4", ("calm", "sad"), np.array([[0.2, 0.8], [0.6, 0.4]]))
    assert [words[i] for i in answers if i is not None] == ["sad", "calm"]
    points = np.array([[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5], [0.0, 0.5]])
    words, answers = decode_predictions(VALENCE_AROUSAL.name, VALENCE_AROUSAL.outputs, points)
    assert [words[i] for i in answers if i is not None] == ["Q1", "Q2", "Q3", "Q4", ON_AN_AXIS]


def test_a_track_whose_highest_probability_is_too_low_is_none_of_the_emotions() -> None:
    predictions = np.array([[0.29, 0.2], [0.3, 0.2]])
    assert decode_predictions("mood4", ("calm", "sad"), predictions, none_below=0.3)[1] == [None, 0]
    assert decode_predictions("mood4", ("calm", "sad"), predictions)[1] == [0, 0]


def test_the_limit_is_that_of_the_card_of_a_starter() -> None:
    assert read_none_below({"starter": {"none_below": 0.4}}) == 0.4
    assert read_none_below({"starter": {}}) is None
    assert read_none_below({}) is None
