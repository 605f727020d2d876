"""Published models: what they are checked by, and what runs them."""
