"""The audio of tracks, as a browser plays it."""
