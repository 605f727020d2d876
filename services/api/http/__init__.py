"""What holds for every route: hosts, origins, bodies, headers and caching."""
