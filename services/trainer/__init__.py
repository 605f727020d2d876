"""The trainer: fits candidates on a frozen snapshot, evaluates them, publishes them, and promotes the best."""
