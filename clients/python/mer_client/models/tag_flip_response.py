from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TagFlipResponse")


@_attrs_define
class TagFlipResponse:
    """A track that would get tags, or lose some.

    Attributes:
        track_id (UUID):
        title (None | str):
        artist (None | str):
        came (list[str]): Tags that the candidate gives and the other does not
        went (list[str]): Tags that the other gives and the candidate does not
        href (str):
    """

    track_id: UUID
    title: None | str
    artist: None | str
    came: list[str]
    went: list[str]
    href: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        title: None | str
        title = self.title

        artist: None | str
        artist = self.artist

        came = self.came

        went = self.went

        href = self.href

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "title": title,
                "artist": artist,
                "came": came,
                "went": went,
                "href": href,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        def _parse_title(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        title = _parse_title(d.pop("title"))

        def _parse_artist(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        artist = _parse_artist(d.pop("artist"))

        came = cast(list[str], d.pop("came"))

        went = cast(list[str], d.pop("went"))

        href = d.pop("href")

        tag_flip_response = cls(
            track_id=track_id,
            title=title,
            artist=artist,
            came=came,
            went=went,
            href=href,
        )

        tag_flip_response.additional_properties = d
        return tag_flip_response

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
