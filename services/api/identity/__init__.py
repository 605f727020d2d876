"""`/duplicates`, `/merges` and `/annotators`: which tracks are one recording, and who annotates."""
