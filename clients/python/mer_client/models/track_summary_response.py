from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TrackSummaryResponse")


@_attrs_define
class TrackSummaryResponse:
    """As much of a track as tells it from another.

    Attributes:
        id (UUID):
        title (None | str):
        artist (None | str):
        album (None | str):
        isrc (None | str):
        duration_s (float | None):
        href (str):
    """

    id: UUID
    title: None | str
    artist: None | str
    album: None | str
    isrc: None | str
    duration_s: float | None
    href: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        title: None | str
        title = self.title

        artist: None | str
        artist = self.artist

        album: None | str
        album = self.album

        isrc: None | str
        isrc = self.isrc

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
                "album": album,
                "isrc": isrc,
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

        def _parse_album(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        album = _parse_album(d.pop("album"))

        def _parse_isrc(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        isrc = _parse_isrc(d.pop("isrc"))

        def _parse_duration_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_s = _parse_duration_s(d.pop("duration_s"))

        href = d.pop("href")

        track_summary_response = cls(
            id=id,
            title=title,
            artist=artist,
            album=album,
            isrc=isrc,
            duration_s=duration_s,
            href=href,
        )

        track_summary_response.additional_properties = d
        return track_summary_response

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
