"""`/similar`: tracks like a track, or like a file that is uploaded."""
