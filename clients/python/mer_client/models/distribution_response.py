from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DistributionResponse")


@_attrs_define
class DistributionResponse:
    """How a feature is spread within one mood.

    Attributes:
        n (int):
        quantiles (list[float]): Least, quarter, median, three quarters, greatest
        counts (list[int]): Tracks between the feature's edges; what lies outside is in the outer ones
    """

    n: int
    quantiles: list[float]
    counts: list[int]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        n = self.n

        quantiles = self.quantiles

        counts = self.counts

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "n": n,
                "quantiles": quantiles,
                "counts": counts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        n = d.pop("n")

        quantiles = cast(list[float], d.pop("quantiles"))

        counts = cast(list[int], d.pop("counts"))

        distribution_response = cls(
            n=n,
            quantiles=quantiles,
            counts=counts,
        )

        distribution_response.additional_properties = d
        return distribution_response

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
