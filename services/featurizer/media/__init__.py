"""What is made of a track's audio once, for players and pages: peaks, covers, and a copy in Opus."""
