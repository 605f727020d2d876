"""From the store to a frozen snapshot, and from a snapshot to arrays."""
