"""Curves: how classes, valence and arousal change over a track, by a small head on outputs of taggers."""
