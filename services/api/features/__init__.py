"""`/features`: coverage, recomputation, packs, augmented variants and spectrograms."""
