import numpy as np

from benchmarks.learning_curve import draw_artists


def test_a_draw_takes_whole_artists_of_the_training_side_until_there_are_enough() -> None:
    groups = ["a", "b", "a", "c", "d", "c", "a"]
    train = np.array([0, 1, 2, 3, 5])
    drawn = draw_artists(groups, train, 3, order=["d", "c", "a", "b"])
    assert drawn.tolist() == [0, 2, 3, 5], "d is held out, c has two rows, a its two of the training side"
    assert draw_artists(groups, train, 2, order=["d", "c", "a", "b"]).tolist() == [3, 5]
    assert draw_artists(groups, train, 100, order=["d", "c", "a", "b"]).tolist() == train.tolist()
