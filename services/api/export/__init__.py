"""Exports: tracks as files that other programs read, made while they are sent."""
