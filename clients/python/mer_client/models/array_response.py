from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ArrayResponse")


@_attrs_define
class ArrayResponse:
    """A stored array.

    Attributes:
        excerpt (str):
        shape (list[int]):
        dtype (str):
        scale (str):
        starts_s (list[float]): Where each excerpt begins in the clip, in seconds
    """

    excerpt: str
    shape: list[int]
    dtype: str
    scale: str
    starts_s: list[float]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        excerpt = self.excerpt

        shape = self.shape

        dtype = self.dtype

        scale = self.scale

        starts_s = self.starts_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "excerpt": excerpt,
                "shape": shape,
                "dtype": dtype,
                "scale": scale,
                "starts_s": starts_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        excerpt = d.pop("excerpt")

        shape = cast(list[int], d.pop("shape"))

        dtype = d.pop("dtype")

        scale = d.pop("scale")

        starts_s = cast(list[float], d.pop("starts_s"))

        array_response = cls(
            excerpt=excerpt,
            shape=shape,
            dtype=dtype,
            scale=scale,
            starts_s=starts_s,
        )

        array_response.additional_properties = d
        return array_response

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
