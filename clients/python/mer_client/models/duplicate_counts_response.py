from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DuplicateCountsResponse")


@_attrs_define
class DuplicateCountsResponse:
    """Tracks too many, by what they share. None of these alone makes two tracks one.

    Attributes:
        same_audio (int): The same decoded audio
        same_title_and_artist (int):
        same_isrc (int):
    """

    same_audio: int
    same_title_and_artist: int
    same_isrc: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        same_audio = self.same_audio

        same_title_and_artist = self.same_title_and_artist

        same_isrc = self.same_isrc

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "same_audio": same_audio,
                "same_title_and_artist": same_title_and_artist,
                "same_isrc": same_isrc,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        same_audio = d.pop("same_audio")

        same_title_and_artist = d.pop("same_title_and_artist")

        same_isrc = d.pop("same_isrc")

        duplicate_counts_response = cls(
            same_audio=same_audio,
            same_title_and_artist=same_title_and_artist,
            same_isrc=same_isrc,
        )

        duplicate_counts_response.additional_properties = d
        return duplicate_counts_response

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
