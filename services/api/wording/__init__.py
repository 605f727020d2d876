"""What mer says to people: one home for its sentences."""
