"""The words of the system as values. Standard library only."""
