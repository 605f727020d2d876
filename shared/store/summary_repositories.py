"""The repositories that count a whole library in the unit of work: a part of `shared.store.repositories`."""

from shared.store.curve_repositories import CurveRepositories
from shared.store.tracks.library_counts import LibraryCounts


class SummaryRepositories(CurveRepositories):
    """Counts over a whole library."""

    @property
    def library_counts(self) -> LibraryCounts:
        """How a library is analysed, and which moods it has."""
        return LibraryCounts(self._own_session)
