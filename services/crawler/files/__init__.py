"""Files of a library: which are audio, and where a path leads."""
