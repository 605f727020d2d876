from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.spotify_track_response import SpotifyTrackResponse


T = TypeVar("T", bound="SpotifyTrackPage")


@_attrs_define
class SpotifyTrackPage:
    """A page of the tracks that were found.

    Attributes:
        href (str):
        items (list[SpotifyTrackResponse]):
        limit (int):
        offset (int):
        total (int):
        next_ (None | str):
        previous (None | str):
    """

    href: str
    items: list[SpotifyTrackResponse]
    limit: int
    offset: int
    total: int
    next_: None | str
    previous: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        href = self.href

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        limit = self.limit

        offset = self.offset

        total = self.total

        next_: None | str
        next_ = self.next_

        previous: None | str
        previous = self.previous

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "href": href,
                "items": items,
                "limit": limit,
                "offset": offset,
                "total": total,
                "next": next_,
                "previous": previous,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.spotify_track_response import SpotifyTrackResponse  # noqa: PLC0415

        d = dict(src_dict)
        href = d.pop("href")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = SpotifyTrackResponse.from_dict(items_item_data)

            items.append(items_item)

        limit = d.pop("limit")

        offset = d.pop("offset")

        total = d.pop("total")

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        def _parse_previous(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        previous = _parse_previous(d.pop("previous"))

        spotify_track_page = cls(
            href=href,
            items=items,
            limit=limit,
            offset=offset,
            total=total,
            next_=next_,
            previous=previous,
        )

        spotify_track_page.additional_properties = d
        return spotify_track_page

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
