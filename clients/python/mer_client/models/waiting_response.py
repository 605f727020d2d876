from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WaitingResponse")


@_attrs_define
class WaitingResponse:
    """Work that does not start in quiet hours: it goes on by itself when they are over.

    Attributes:
        reason (str): `quiet_hours`
        until (datetime.datetime):
        time_left_s (float):
        n_items (int): Items that wait
        detail (str):
    """

    reason: str
    until: datetime.datetime
    time_left_s: float
    n_items: int
    detail: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        until = self.until.isoformat()

        time_left_s = self.time_left_s

        n_items = self.n_items

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "reason": reason,
                "until": until,
                "time_left_s": time_left_s,
                "n_items": n_items,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        until = datetime.datetime.fromisoformat(d.pop("until"))

        time_left_s = d.pop("time_left_s")

        n_items = d.pop("n_items")

        detail = d.pop("detail")

        waiting_response = cls(
            reason=reason,
            until=until,
            time_left_s=time_left_s,
            n_items=n_items,
            detail=detail,
        )

        waiting_response.additional_properties = d
        return waiting_response

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
