"""The commands of `mer`, one module a subject."""
