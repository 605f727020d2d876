"""Fits candidates on a frozen snapshot, tells the truth about them, publishes them, promotes the best."""
