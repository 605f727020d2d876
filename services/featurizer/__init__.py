"""Turns sound into features. The only service that touches audio."""
