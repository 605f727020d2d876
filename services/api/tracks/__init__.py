"""`/tracks`: tracks, annotations, and the emotion of a track."""
