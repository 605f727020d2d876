"""Who asks, and what they may do: keys, roles, rates."""
