from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.settings_body_watch_type_1 import SettingsBodyWatchType1, check_settings_body_watch_type_1
from ..types import UNSET, Unset

T = TypeVar("T", bound="SettingsBody")


@_attrs_define
class SettingsBody:
    """The settings to store; null takes what is stored back.

    Attributes:
        quiet_hours (None | str | Unset): Like `22:00-07:00`, several with commas, or `off`
        cpu_share (float | None | str | Unset): From 0.05 to 1, or like `50%`
        watch (bool | None | SettingsBodyWatchType1 | Unset): true or false, or `on` or `off`
    """

    quiet_hours: None | str | Unset = UNSET
    cpu_share: float | None | str | Unset = UNSET
    watch: bool | None | SettingsBodyWatchType1 | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        quiet_hours: None | str | Unset
        if isinstance(self.quiet_hours, Unset):
            quiet_hours = UNSET
        else:
            quiet_hours = self.quiet_hours

        cpu_share: float | None | str | Unset
        if isinstance(self.cpu_share, Unset):
            cpu_share = UNSET
        else:
            cpu_share = self.cpu_share

        watch: bool | None | str | Unset
        if isinstance(self.watch, Unset):
            watch = UNSET
        elif isinstance(self.watch, str):
            watch = self.watch
        else:
            watch = self.watch

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if quiet_hours is not UNSET:
            field_dict["quiet_hours"] = quiet_hours
        if cpu_share is not UNSET:
            field_dict["cpu_share"] = cpu_share
        if watch is not UNSET:
            field_dict["watch"] = watch

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_quiet_hours(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        quiet_hours = _parse_quiet_hours(d.pop("quiet_hours", UNSET))

        def _parse_cpu_share(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        cpu_share = _parse_cpu_share(d.pop("cpu_share", UNSET))

        def _parse_watch(data: object) -> bool | None | SettingsBodyWatchType1 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                watch_type_1 = check_settings_body_watch_type_1(data)

                return watch_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(bool | None | SettingsBodyWatchType1 | Unset, data)

        watch = _parse_watch(d.pop("watch", UNSET))

        settings_body = cls(
            quiet_hours=quiet_hours,
            cpu_share=cpu_share,
            watch=watch,
        )

        return settings_body
