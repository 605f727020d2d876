"""The beat: requeues lost work at every tick, and checks the liveness of every worker."""
