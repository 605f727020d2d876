"""Outputs of taggers on short windows, from which the curve of a track is made."""
