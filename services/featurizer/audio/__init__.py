"""From a file to samples: decoding, seeking, excerpts, loudness."""
