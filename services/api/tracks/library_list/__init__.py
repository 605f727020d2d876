"""The Library page's part of `GET /tracks`: further filters, sorting by key, and what the whole list amounts to."""
