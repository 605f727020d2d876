"""What the parts of the trainer share: protocols, training rows, training hooks."""
