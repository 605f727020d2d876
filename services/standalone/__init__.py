"""mer on one machine: embedded PostgreSQL and Redis, and all services in one terminal."""
