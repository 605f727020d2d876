"""`/models`: published models, promotion, evaluation and reports."""
