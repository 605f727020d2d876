from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StarterHealthResponse")


@_attrs_define
class StarterHealthResponse:
    """What the starter answers, and what it lacks where it does not.

    Attributes:
        enabled (bool):
        answers (list[str]): The taxonomies in which it predicts
        lacks_taggers (list[str]): Taggers that it reads and MER_TAGGERS leaves out
        detail (None | str): The same in words; null where it lacks none
    """

    enabled: bool
    answers: list[str]
    lacks_taggers: list[str]
    detail: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        enabled = self.enabled

        answers = self.answers

        lacks_taggers = self.lacks_taggers

        detail: None | str
        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "enabled": enabled,
                "answers": answers,
                "lacks_taggers": lacks_taggers,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        enabled = d.pop("enabled")

        answers = cast(list[str], d.pop("answers"))

        lacks_taggers = cast(list[str], d.pop("lacks_taggers"))

        def _parse_detail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        detail = _parse_detail(d.pop("detail"))

        starter_health_response = cls(
            enabled=enabled,
            answers=answers,
            lacks_taggers=lacks_taggers,
            detail=detail,
        )

        starter_health_response.additional_properties = d
        return starter_health_response

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
