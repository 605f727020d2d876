from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.review_item_response_reason import ReviewItemResponseReason, check_review_item_response_reason

T = TypeVar("T", bound="ReviewItemResponse")


@_attrs_define
class ReviewItemResponse:
    """A track to label. What the model says of it is not shown: it would suggest the label.

    Attributes:
        track_id (UUID):
        title (None | str):
        artist (None | str):
        album (None | str):
        duration_s (float | None):
        path (None | str): Its file, as the person who runs mer knows it
        reason (ReviewItemResponseReason): Why it was drawn: `chance`, `spread`, `uncertain`, `unlike`, `needed` or
            `asked_again`
        reason_text (str): The same in words, which name no emotion
        href (str):
    """

    track_id: UUID
    title: None | str
    artist: None | str
    album: None | str
    duration_s: float | None
    path: None | str
    reason: ReviewItemResponseReason
    reason_text: str
    href: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        title: None | str
        title = self.title

        artist: None | str
        artist = self.artist

        album: None | str
        album = self.album

        duration_s: float | None
        duration_s = self.duration_s

        path: None | str
        path = self.path

        reason: str = self.reason

        reason_text = self.reason_text

        href = self.href

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "title": title,
                "artist": artist,
                "album": album,
                "duration_s": duration_s,
                "path": path,
                "reason": reason,
                "reason_text": reason_text,
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

        def _parse_album(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        album = _parse_album(d.pop("album"))

        def _parse_duration_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_s = _parse_duration_s(d.pop("duration_s"))

        def _parse_path(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        path = _parse_path(d.pop("path"))

        reason = check_review_item_response_reason(d.pop("reason"))

        reason_text = d.pop("reason_text")

        href = d.pop("href")

        review_item_response = cls(
            track_id=track_id,
            title=title,
            artist=artist,
            album=album,
            duration_s=duration_s,
            path=path,
            reason=reason,
            reason_text=reason_text,
            href=href,
        )

        review_item_response.additional_properties = d
        return review_item_response

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
