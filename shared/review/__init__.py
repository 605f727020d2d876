"""Which tracks to label next: the drawing, and what the labels then say of the model. Pure."""
