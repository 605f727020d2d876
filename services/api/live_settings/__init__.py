"""`/settings`: settings that change while mer runs."""
