"""The repository of media in the unit of work: a part of `shared.store.repositories`."""

from abc import ABC, abstractmethod

from sqlalchemy.orm import Session

from shared.store.tracks.media import TrackMediaRepository


class MediaRepositories(ABC):
    """What is made of the audio of tracks for players and pages."""

    @property
    @abstractmethod
    def _own_session(self) -> Session:
        """The session of the transaction, for the store alone."""

    @property
    def track_media(self) -> TrackMediaRepository:
        """Peaks, covers and copies in Opus of tracks."""
        return TrackMediaRepository(self._own_session)
