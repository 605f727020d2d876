"""The command line asks the API that the tests of the API ask."""

from tests.api.conftest import add_track, client, evaluated, mer, ports, served, shared_client

__all__ = ["add_track", "client", "evaluated", "mer", "ports", "served", "shared_client"]
