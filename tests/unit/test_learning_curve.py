import numpy as np

from benchmarks.learning_curve import draw_artists

GROUPS = ["a", "b", "a", "c", "d", "c", "a", "e"]
Y = np.array([0, 0, 0, 0, 0, 0, 0, 1])
TRAIN = np.array([0, 1, 2, 3, 5, 7])
ORDER = ["d", "c", "a", "b", "e"]


def test_a_draw_takes_whole_artists_of_the_training_side_until_there_are_enough() -> None:
    drawn = draw_artists(GROUPS, Y, TRAIN, 3, order=ORDER)
    assert drawn.tolist() == [0, 2, 3, 5], "d is held out, c has two rows, a its two of the training side"
    assert draw_artists(GROUPS, Y, TRAIN, 2, order=ORDER).tolist() == [3, 5]
    assert draw_artists(GROUPS, Y, TRAIN, 100, order=ORDER).tolist() == TRAIN.tolist()


def test_two_artists_of_each_class_come_first() -> None:
    assert draw_artists(GROUPS, Y, TRAIN, 5, order=ORDER).tolist() == [0, 2, 3, 5, 7], "e before b"
