"""The routes, one room a noun."""
