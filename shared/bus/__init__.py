"""Hints that there is work: the `Bus` port, the one table of routes, and the Celery adapter."""
