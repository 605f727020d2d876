"""Text of tags whose encoding was declared wrongly: what the crawler's readers and the featurizer's have in common."""
