"""From a training set to a published candidate."""
