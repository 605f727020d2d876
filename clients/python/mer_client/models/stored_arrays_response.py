from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StoredArraysResponse")


@_attrs_define
class StoredArraysResponse:
    """Arrays of one kind.

    Attributes:
        excerpt (str):
        n_tracks (int):
        n_bytes (int):
    """

    excerpt: str
    n_tracks: int
    n_bytes: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        excerpt = self.excerpt

        n_tracks = self.n_tracks

        n_bytes = self.n_bytes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "excerpt": excerpt,
                "n_tracks": n_tracks,
                "n_bytes": n_bytes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        excerpt = d.pop("excerpt")

        n_tracks = d.pop("n_tracks")

        n_bytes = d.pop("n_bytes")

        stored_arrays_response = cls(
            excerpt=excerpt,
            n_tracks=n_tracks,
            n_bytes=n_bytes,
        )

        stored_arrays_response.additional_properties = d
        return stored_arrays_response

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
