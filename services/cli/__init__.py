"""The `mer` command: a client of the HTTP API."""
