"""`/v1/audio-features`: Spotify's former endpoint, computed from one's own audio."""
