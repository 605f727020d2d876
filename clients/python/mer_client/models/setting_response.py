from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.setting_response_source import SettingResponseSource, check_setting_response_source
from ..types import UNSET, Unset

T = TypeVar("T", bound="SettingResponse")


@_attrs_define
class SettingResponse:
    """A live setting.

    Attributes:
        value (bool | float | None | str): What counts now
        source (SettingResponseSource): `environment`, `stored` or `default`
        fixed (bool): Set in the environment: it cannot be changed here
        variable (str): The variable that fixes it
        meaning (str):
        updated_at (datetime.datetime | None | Unset): When it was stored, if it is
        updated_by (None | str | Unset):
    """

    value: bool | float | None | str
    source: SettingResponseSource
    fixed: bool
    variable: str
    meaning: str
    updated_at: datetime.datetime | None | Unset = UNSET
    updated_by: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        value: bool | float | None | str
        value = self.value

        source: str = self.source

        fixed = self.fixed

        variable = self.variable

        meaning = self.meaning

        updated_at: None | str | Unset
        if isinstance(self.updated_at, Unset):
            updated_at = UNSET
        elif isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        updated_by: None | str | Unset
        if isinstance(self.updated_by, Unset):
            updated_by = UNSET
        else:
            updated_by = self.updated_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "value": value,
                "source": source,
                "fixed": fixed,
                "variable": variable,
                "meaning": meaning,
            }
        )
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if updated_by is not UNSET:
            field_dict["updated_by"] = updated_by

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_value(data: object) -> bool | float | None | str:
            if data is None:
                return data
            return cast(bool | float | None | str, data)

        value = _parse_value(d.pop("value"))

        source = check_setting_response_source(d.pop("source"))

        fixed = d.pop("fixed")

        variable = d.pop("variable")

        meaning = d.pop("meaning")

        def _parse_updated_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        updated_at = _parse_updated_at(d.pop("updated_at", UNSET))

        def _parse_updated_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        updated_by = _parse_updated_by(d.pop("updated_by", UNSET))

        setting_response = cls(
            value=value,
            source=source,
            fixed=fixed,
            variable=variable,
            meaning=meaning,
            updated_at=updated_at,
            updated_by=updated_by,
        )

        setting_response.additional_properties = d
        return setting_response

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
