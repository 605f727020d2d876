from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VariantCountsResponse")


@_attrs_define
class VariantCountsResponse:
    """Augmented variants by one transform.

    Attributes:
        transform (str):
        n_tracks (int):
        n_variants (int):
    """

    transform: str
    n_tracks: int
    n_variants: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        transform = self.transform

        n_tracks = self.n_tracks

        n_variants = self.n_variants

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "transform": transform,
                "n_tracks": n_tracks,
                "n_variants": n_variants,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        transform = d.pop("transform")

        n_tracks = d.pop("n_tracks")

        n_variants = d.pop("n_variants")

        variant_counts_response = cls(
            transform=transform,
            n_tracks=n_tracks,
            n_variants=n_variants,
        )

        variant_counts_response.additional_properties = d
        return variant_counts_response

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
