"""`/console/…` and `/session`: who is logged in in a browser."""
