"""Repositories of jobs, items and liveness."""
