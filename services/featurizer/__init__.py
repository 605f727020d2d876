"""The featurizer: computes features from audio. It is the only service that reads audio."""
