"""What somebody stored of the live settings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository
from shared.store.tables import LiveSettingRow


@dataclass(frozen=True, kw_only=True)
class StoredSetting:
    """A value, when it was stored, and by whom."""

    value: Any
    updated_at: datetime
    updated_by: str


class LiveSettingRows(BaseRepository):
    """All SQL on live settings."""

    def list_stored(self) -> dict[str, StoredSetting]:
        """All that is stored, by name."""
        rows = self._session.execute(
            select(LiveSettingRow.name, LiveSettingRow.value, LiveSettingRow.updated_at, LiveSettingRow.updated_by)
        )
        return {name: StoredSetting(value=value, updated_at=at, updated_by=by) for name, value, at, by in rows}

    def get_values(self) -> JsonObject:
        """The values alone."""
        return {name: setting.value for name, setting in self.list_stored().items()}

    def save(self, name: str, value: Any, *, by: str) -> None:
        """Store a value; None takes the stored one back."""
        if value is None:
            self._session.execute(delete(LiveSettingRow).where(LiveSettingRow.name == name))
            return
        row = {"value": value, "updated_at": func.now(), "updated_by": by}
        self._session.execute(
            insert(LiveSettingRow).values(name=name, **row).on_conflict_do_update(index_elements=["name"], set_=row)
        )
