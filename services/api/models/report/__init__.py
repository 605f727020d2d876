"""The report of a model: its content, its figures and its page."""
