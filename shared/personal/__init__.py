"""Personal heads: what one person's labels change of the probabilities of a shared model."""
