"""What the holder of a key may do."""

from enum import StrEnum


class Role(StrEnum):
    """A role of a key. Each may do all that those before it may."""

    READ = "read"
    """Read tracks, predictions, models and jobs."""
    LABEL = "label"
    """Also label tracks, review them, and predict for songs that are sent in."""
    OPERATE = "operate"
    """Everything: crawl, train, promote, remove, change settings."""

    def includes(self, needed: "Role") -> bool:
        """Whether this role may do what `needed` may."""
        return _RANKS[self] >= _RANKS[needed]


_RANKS = {role: rank for rank, role in enumerate(Role)}
