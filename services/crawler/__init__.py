"""The crawler: collects tracks and annotations from local files and web services."""
