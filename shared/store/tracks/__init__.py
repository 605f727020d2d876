"""Repositories of tracks, annotations, merges and uploads."""
