"""Packs: the arrays of many tracks in a few memory-mapped files."""
