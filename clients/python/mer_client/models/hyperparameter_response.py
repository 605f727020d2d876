from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="HyperparameterResponse")


@_attrs_define
class HyperparameterResponse:
    """One hyperparameter: a number or a word; bounds are included.

    Attributes:
        default (float | None | str):
        meaning (str):
        low (float | None):
        high (float | None):
        whole (bool):
        words (list[str]):
        optional (bool):
    """

    default: float | None | str
    meaning: str
    low: float | None
    high: float | None
    whole: bool
    words: list[str]
    optional: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        default: float | None | str
        default = self.default

        meaning = self.meaning

        low: float | None
        low = self.low

        high: float | None
        high = self.high

        whole = self.whole

        words = self.words

        optional = self.optional

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "default": default,
                "meaning": meaning,
                "low": low,
                "high": high,
                "whole": whole,
                "words": words,
                "optional": optional,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_default(data: object) -> float | None | str:
            if data is None:
                return data
            return cast(float | None | str, data)

        default = _parse_default(d.pop("default"))

        meaning = d.pop("meaning")

        def _parse_low(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        low = _parse_low(d.pop("low"))

        def _parse_high(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        high = _parse_high(d.pop("high"))

        whole = d.pop("whole")

        words = cast(list[str], d.pop("words"))

        optional = d.pop("optional")

        hyperparameter_response = cls(
            default=default,
            meaning=meaning,
            low=low,
            high=high,
            whole=whole,
            words=words,
            optional=optional,
        )

        hyperparameter_response.additional_properties = d
        return hyperparameter_response

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
