"""HTTP to web sources: guarded addresses, rate limits, downloads."""
