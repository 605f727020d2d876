from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CallCountResponse")


@_attrs_define
class CallCountResponse:
    """Calls of one kind.

    Attributes:
        what (str):
        call (str):
        at_least (int):
        at_most (int | None): null: as many as there are pages; the source says how many when asked
        each (str):
    """

    what: str
    call: str
    at_least: int
    at_most: int | None
    each: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        what = self.what

        call = self.call

        at_least = self.at_least

        at_most: int | None
        at_most = self.at_most

        each = self.each

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "what": what,
                "call": call,
                "at_least": at_least,
                "at_most": at_most,
                "each": each,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        what = d.pop("what")

        call = d.pop("call")

        at_least = d.pop("at_least")

        def _parse_at_most(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        at_most = _parse_at_most(d.pop("at_most"))

        each = d.pop("each")

        call_count_response = cls(
            what=what,
            call=call,
            at_least=at_least,
            at_most=at_most,
            each=each,
        )

        call_count_response.additional_properties = d
        return call_count_response

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
