"""Looks for lost work at every tick, and lets every worker show its pulse."""
