"""Collects tracks and labels from local files and web sources."""
