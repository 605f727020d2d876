from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.folder_change_response import FolderChangeResponse
    from ..models.setting_response import SettingResponse
    from ..models.watched_root_response import WatchedRootResponse


T = TypeVar("T", bound="SettingListResponse")


@_attrs_define
class SettingListResponse:
    """All live settings, and what follows from them now.

    Attributes:
        quiet_hours (SettingResponse): A live setting.
        cpu_share (SettingResponse): A live setting.
        watch (SettingResponse): A live setting.
        quiet_until (datetime.datetime | None): When the quiet hours end that it is now; null: it is none
        watched (list[WatchedRootResponse]): Empty where watch is off
        changes (list[FolderChangeResponse]): What changed and is not crawled yet
    """

    quiet_hours: SettingResponse
    cpu_share: SettingResponse
    watch: SettingResponse
    quiet_until: datetime.datetime | None
    watched: list[WatchedRootResponse]
    changes: list[FolderChangeResponse]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        quiet_hours = self.quiet_hours.to_dict()

        cpu_share = self.cpu_share.to_dict()

        watch = self.watch.to_dict()

        quiet_until: None | str
        if isinstance(self.quiet_until, datetime.datetime):
            quiet_until = self.quiet_until.isoformat()
        else:
            quiet_until = self.quiet_until

        watched = []
        for watched_item_data in self.watched:
            watched_item = watched_item_data.to_dict()
            watched.append(watched_item)

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "quiet_hours": quiet_hours,
                "cpu_share": cpu_share,
                "watch": watch,
                "quiet_until": quiet_until,
                "watched": watched,
                "changes": changes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.folder_change_response import FolderChangeResponse  # noqa: PLC0415
        from ..models.setting_response import SettingResponse  # noqa: PLC0415
        from ..models.watched_root_response import WatchedRootResponse  # noqa: PLC0415

        d = dict(src_dict)
        quiet_hours = SettingResponse.from_dict(d.pop("quiet_hours"))

        cpu_share = SettingResponse.from_dict(d.pop("cpu_share"))

        watch = SettingResponse.from_dict(d.pop("watch"))

        def _parse_quiet_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                quiet_until_type_0 = datetime.datetime.fromisoformat(data)

                return quiet_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        quiet_until = _parse_quiet_until(d.pop("quiet_until"))

        watched = []
        _watched = d.pop("watched")
        for watched_item_data in _watched:
            watched_item = WatchedRootResponse.from_dict(watched_item_data)

            watched.append(watched_item)

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = FolderChangeResponse.from_dict(changes_item_data)

            changes.append(changes_item)

        setting_list_response = cls(
            quiet_hours=quiet_hours,
            cpu_share=cpu_share,
            watch=watch,
            quiet_until=quiet_until,
            watched=watched,
            changes=changes,
        )

        setting_list_response.additional_properties = d
        return setting_list_response

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
