"""Acoustic fingerprints: their form, and when two of them are of one recording. numpy only."""
