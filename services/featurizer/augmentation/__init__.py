"""Augmented variants of tracks."""
