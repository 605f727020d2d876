"""`/predict`: the emotion of a file that is uploaded."""
