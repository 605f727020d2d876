"""The repositories that read a whole library in the unit of work: a part of `shared.store.repositories`."""

from shared.store.curve_repositories import CurveRepositories
from shared.store.tracks.decided_emotions import DecidedEmotions
from shared.store.tracks.library_counts import LibraryCounts
from shared.store.tracks.sorted_tracks import SortedTrackRepository


class SummaryRepositories(CurveRepositories):
    """A whole library: its counts, and its order."""

    @property
    def library_counts(self) -> LibraryCounts:
        """How a library is analysed, and which moods it has."""
        return LibraryCounts(self._own_session)

    @property
    def decided_emotions(self) -> DecidedEmotions:
        """Which tracks are decided to be one of some emotions."""
        return DecidedEmotions(self._own_session)

    @property
    def sorted_tracks(self) -> SortedTrackRepository:
        """Lists of tracks by title, artist, duration or certainty, and what whole lists amount to."""
        return SortedTrackRepository(self._own_session)
