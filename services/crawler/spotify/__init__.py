"""The client of Spotify's Web API, and its login."""
