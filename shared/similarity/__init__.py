"""Descriptor projections, and vectors by which similar tracks are searched."""
