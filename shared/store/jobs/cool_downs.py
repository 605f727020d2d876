"""Which sources rest, and until when: known to all workers, and still known after a restart."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from shared.store.base_repository import BaseRepository
from shared.store.tables import CoolDown


class CoolDowns(BaseRepository):
    """All SQL on cool-downs."""

    def get_left_s(self, source: str, credential: str) -> tuple[float, str] | None:
        """`(seconds, why)` until the source may be called again, or None: now."""
        left = func.extract("epoch", CoolDown.until - func.now())
        row = self._session.execute(
            select(left, CoolDown.detail).where(CoolDown.source == source, CoolDown.credential == credential, left > 0)
        ).first()
        return (float(row[0]), row[1]) if row else None

    def start_cool_down(self, source: str, credential: str, *, wait_s: float, detail: str) -> None:
        """Nobody calls before `wait_s` seconds have passed; of two such words the later end counts."""
        until = func.now() + timedelta(seconds=wait_s)
        query = insert(CoolDown).values(source=source, credential=credential, until=until, detail=detail)
        self._session.execute(
            query.on_conflict_do_update(
                index_elements=["source", "credential"],
                set_={"until": func.greatest(CoolDown.until, query.excluded.until), "detail": detail},
            )
        )
