"""`/jobs`: how work starts, and how it is watched, cancelled and retried."""
