"""Schemas that several packages of the API share."""
