"""Search, thresholds, resampling and cross-prediction, inside the training side of a fold."""
