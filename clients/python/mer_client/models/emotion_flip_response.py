from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="EmotionFlipResponse")


@_attrs_define
class EmotionFlipResponse:
    """A track whose emotion would change.

    Attributes:
        track_id (UUID):
        title (None | str):
        artist (None | str):
        before (str):
        after (str):
        probability_before (float):
        probability_after (float):
        href (str):
    """

    track_id: UUID
    title: None | str
    artist: None | str
    before: str
    after: str
    probability_before: float
    probability_after: float
    href: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        title: None | str
        title = self.title

        artist: None | str
        artist = self.artist

        before = self.before

        after = self.after

        probability_before = self.probability_before

        probability_after = self.probability_after

        href = self.href

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "title": title,
                "artist": artist,
                "before": before,
                "after": after,
                "probability_before": probability_before,
                "probability_after": probability_after,
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

        before = d.pop("before")

        after = d.pop("after")

        probability_before = d.pop("probability_before")

        probability_after = d.pop("probability_after")

        href = d.pop("href")

        emotion_flip_response = cls(
            track_id=track_id,
            title=title,
            artist=artist,
            before=before,
            after=after,
            probability_before=probability_before,
            probability_after=probability_after,
            href=href,
        )

        emotion_flip_response.additional_properties = d
        return emotion_flip_response

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
