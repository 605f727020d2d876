from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AnalysisMetaResponse")


@_attrs_define
class AnalysisMetaResponse:
    """Who analysed.

    Attributes:
        analyzer_version (None | str): The feature spec; null where the values were delivered
        platform (str | Unset):  Default: 'mer'.
        detailed_status (str | Unset):  Default: 'OK'.
        status_code (int | Unset):  Default: 0.
    """

    analyzer_version: None | str
    platform: str | Unset = "mer"
    detailed_status: str | Unset = "OK"
    status_code: int | Unset = 0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        analyzer_version: None | str
        analyzer_version = self.analyzer_version

        platform = self.platform

        detailed_status = self.detailed_status

        status_code = self.status_code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "analyzer_version": analyzer_version,
            }
        )
        if platform is not UNSET:
            field_dict["platform"] = platform
        if detailed_status is not UNSET:
            field_dict["detailed_status"] = detailed_status
        if status_code is not UNSET:
            field_dict["status_code"] = status_code

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_analyzer_version(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        analyzer_version = _parse_analyzer_version(d.pop("analyzer_version"))

        platform = d.pop("platform", UNSET)

        detailed_status = d.pop("detailed_status", UNSET)

        status_code = d.pop("status_code", UNSET)

        analysis_meta_response = cls(
            analyzer_version=analyzer_version,
            platform=platform,
            detailed_status=detailed_status,
            status_code=status_code,
        )

        analysis_meta_response.additional_properties = d
        return analysis_meta_response

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
