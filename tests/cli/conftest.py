"""The command line asks the API that the tests of the API ask."""

from tests.api.conftest import add_track, bench, client, evaluated, mer, mood4, ports, served, shared_client

__all__ = ["add_track", "bench", "client", "evaluated", "mer", "mood4", "ports", "served", "shared_client"]
