from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.source_response_state import SourceResponseState, check_source_response_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="SourceResponse")


@_attrs_define
class SourceResponse:
    """Where a track came from, and on what terms.

    Attributes:
        source (str):
        source_id (str):
        licence (None | str):
        attribution (None | str):
        state (SourceResponseState | Unset): Of a file: `present`, `missing`, or `changed` until it is decoded and known
            whose sound it is Default: 'present'.
        reason (None | str | Unset): Why the file could not be read or decoded when last tried
        detail (None | str | Unset):
    """

    source: str
    source_id: str
    licence: None | str
    attribution: None | str
    state: SourceResponseState | Unset = "present"
    reason: None | str | Unset = UNSET
    detail: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        source_id = self.source_id

        licence: None | str
        licence = self.licence

        attribution: None | str
        attribution = self.attribution

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        detail: None | str | Unset
        if isinstance(self.detail, Unset):
            detail = UNSET
        else:
            detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source": source,
                "source_id": source_id,
                "licence": licence,
                "attribution": attribution,
            }
        )
        if state is not UNSET:
            field_dict["state"] = state
        if reason is not UNSET:
            field_dict["reason"] = reason
        if detail is not UNSET:
            field_dict["detail"] = detail

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source = d.pop("source")

        source_id = d.pop("source_id")

        def _parse_licence(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        licence = _parse_licence(d.pop("licence"))

        def _parse_attribution(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        attribution = _parse_attribution(d.pop("attribution"))

        _state = d.pop("state", UNSET)
        state: SourceResponseState | Unset
        if isinstance(_state, Unset):
            state = UNSET
        else:
            state = check_source_response_state(_state)

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_detail(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        detail = _parse_detail(d.pop("detail", UNSET))

        source_response = cls(
            source=source,
            source_id=source_id,
            licence=licence,
            attribution=attribution,
            state=state,
            reason=reason,
            detail=detail,
        )

        source_response.additional_properties = d
        return source_response

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
