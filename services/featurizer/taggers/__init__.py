"""Audio taggers: from decoded samples to the values that are kept of a track (`shared.domain.taggers`)."""
