"""What every worker does around its work: claim, heartbeat, finish, liveness."""
