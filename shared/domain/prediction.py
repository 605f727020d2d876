"""How far a model's prediction for a track is one about something that it had not seen."""

from enum import StrEnum


class PredictionBasis(StrEnum):
    """What a prediction rests on. Stored, shown, and stable."""

    HELD_OUT = "held_out"
    """The track is not in the model's training set."""
    OUT_OF_FOLD = "out_of_fold"
    """It is, and this was predicted by a model that was fitted without its fold."""
    IN_SAMPLE = "in_sample"
    """It is, and the model that learned from it predicts: more often right than on other tracks."""


def is_none_of_classes(highest: float, none_below: float | None) -> bool:
    """Whether a track is none of a model's classes: its highest probability is lower than the model's limit; False for
    a model without one, which always answers a class.
    """
    return none_below is not None and highest < none_below
