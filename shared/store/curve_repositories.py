"""The repositories of curves in the unit of work: a part of `shared.store.repositories`."""

from abc import ABC, abstractmethod

from sqlalchemy.orm import Session

from shared.store.features.windows import WindowRepository
from shared.store.models.curve_heads import CurveHeadRepository


class CurveRepositories(ABC):
    """Windows of tracks, and the heads that read them."""

    @property
    @abstractmethod
    def _own_session(self) -> Session:
        """The session of the transaction, for the store alone."""

    @property
    def curve_heads(self) -> CurveHeadRepository:
        """Heads that make curves."""
        return CurveHeadRepository(self._own_session)

    @property
    def windows(self) -> WindowRepository:
        """Outputs of taggers on short windows."""
        return WindowRepository(self._own_session)
