"""Answers for one person: only their own labels stand over what a model predicts for them."""
