"""`/health`: whether every part works."""
