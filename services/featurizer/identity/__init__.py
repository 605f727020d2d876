"""Which track a decoded file is, by its sound."""
