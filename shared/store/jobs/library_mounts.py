"""Where, below the library roots, crawls saw other file systems mounted."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from shared.store.base_repository import BaseRepository
from shared.store.tables import LibraryMount


class LibraryMounts(BaseRepository):
    """All SQL on known mount points. They are named by locators."""

    def save(self, locators: Collection[str]) -> None:
        """Remember mount points; one that is known already was seen again."""
        if locators:
            rows = [{"locator": locator} for locator in sorted(locators)]
            seen_again = {"seen_at": func.now()}
            self._session.execute(
                insert(LibraryMount).values(rows).on_conflict_do_update(index_elements=["locator"], set_=seen_again)
            )

    def list_all(self) -> list[str]:
        """All known ones, by name."""
        return list(self._session.scalars(select(LibraryMount.locator).order_by(LibraryMount.locator)))
