"""One machine: the `mer` command, embedded PostgreSQL and Redis, and all services in one terminal."""
