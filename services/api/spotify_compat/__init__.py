"""`/v1`: the part of Spotify's Web API that one's own library can answer, for clients that were made for it."""
