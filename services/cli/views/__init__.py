"""API responses as text for a terminal."""
