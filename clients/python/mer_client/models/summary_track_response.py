from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SummaryTrackResponse")


@_attrs_define
class SummaryTrackResponse:
    """A track as a list names it.

    Attributes:
        id (UUID):
        title (None | str):
        artist (None | str):
        duration_s (float | None):
        href (str):
    """

    id: UUID
    title: None | str
    artist: None | str
    duration_s: float | None
    href: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        title: None | str
        title = self.title

        artist: None | str
        artist = self.artist

        duration_s: float | None
        duration_s = self.duration_s

        href = self.href

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "title": title,
                "artist": artist,
                "duration_s": duration_s,
                "href": href,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

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

        def _parse_duration_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_s = _parse_duration_s(d.pop("duration_s"))

        href = d.pop("href")

        summary_track_response = cls(
            id=id,
            title=title,
            artist=artist,
            duration_s=duration_s,
            href=href,
        )

        summary_track_response.additional_properties = d
        return summary_track_response

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
