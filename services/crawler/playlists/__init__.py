"""Playlist formats: bytes in, entries out."""
