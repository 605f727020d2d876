"""`GET /summary`: a library in counts."""
