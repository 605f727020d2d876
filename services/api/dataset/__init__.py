"""`/dataset`: statistics of what was collected, as numbers and as figures."""
