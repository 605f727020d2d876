"""Applies and evaluates published models. Holds nothing that trains."""
