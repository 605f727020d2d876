"""`POST /crawl` and its preview: what to collect, from where."""
