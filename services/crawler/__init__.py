"""Collects tracks and judgements from where people have them."""
