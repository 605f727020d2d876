"""`/review`: tracks that a person is asked to label, and what the labels say of the model."""
