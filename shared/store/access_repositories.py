"""The repositories of access in the unit of work: a part of `shared.store.repositories`."""

from abc import ABC, abstractmethod

from sqlalchemy.orm import Session

from shared.store.key_sessions import KeySessionRepository
from shared.store.keys import KeyRepository


class AccessRepositories(ABC):
    """Who may ask."""

    @property
    @abstractmethod
    def _own_session(self) -> Session:
        """The session of the transaction, for the store alone."""

    @property
    def keys(self) -> KeyRepository:
        """Keys."""
        return KeyRepository(self._own_session)

    @property
    def key_sessions(self) -> KeySessionRepository:
        """Sessions of browsers."""
        return KeySessionRepository(self._own_session)
