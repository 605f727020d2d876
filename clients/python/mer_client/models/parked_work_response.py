from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ParkedWorkResponse")


@_attrs_define
class ParkedWorkResponse:
    """Work that waits for a source: nothing is lost, it goes on by itself.

    Attributes:
        n_items (int): 0: the listing itself waits
        wake_at (datetime.datetime):
        reason (str):
        detail (str):
    """

    n_items: int
    wake_at: datetime.datetime
    reason: str
    detail: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        n_items = self.n_items

        wake_at = self.wake_at.isoformat()

        reason = self.reason

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "n_items": n_items,
                "wake_at": wake_at,
                "reason": reason,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        n_items = d.pop("n_items")

        wake_at = datetime.datetime.fromisoformat(d.pop("wake_at"))

        reason = d.pop("reason")

        detail = d.pop("detail")

        parked_work_response = cls(
            n_items=n_items,
            wake_at=wake_at,
            reason=reason,
            detail=detail,
        )

        parked_work_response.additional_properties = d
        return parked_work_response

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
