"""Clients of the HTTP API that are generated from its OpenAPI document."""
