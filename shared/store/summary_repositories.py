"""The repositories that gather or count over many tracks in the unit of work: part of `shared.store.repositories`."""

from shared.store.curve_repositories import CurveRepositories
from shared.store.tracks.decided_emotions import DecidedEmotions
from shared.store.tracks.library_counts import LibraryCounts
from shared.store.tracks.page_parts import PagePartRepository
from shared.store.tracks.sorted_tracks import SortedTrackRepository


class SummaryRepositories(CurveRepositories):
    """What pages show, and counts over a whole library."""

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

    @property
    def page_parts(self) -> PagePartRepository:
        """What pages of tracks show beside the tracks."""
        return PagePartRepository(self._own_session)
